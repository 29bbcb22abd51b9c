// The table of the pages in app/src/paths.rs. A test of the server checks that pages.json is current.
import table from "./pages.json";

export type Access = "open" | "session" | "member" | "admin" | "owner";
/** A page of the table. `:user` in its path stands for the id of a member. */
export type Page = { path: string; access: Access; navigation: string | null; island: boolean };
export type Role = "member" | "admin" | "owner";

export const sitePages = table.site as Page[];
export const workspacePages = table.workspace as Page[];

const order: Access[] = ["open", "session", "member", "admin", "owner"];

/** Whether a user with the role may open the page. */
export const opensFor = (role: Role) => (page: Page) => order.indexOf(page.access) <= order.indexOf(role);

/** The links that the navigation shows to a user with the role. */
export const navigationOf = (role: Role) => workspacePages.filter(opensFor(role)).flatMap(({ navigation }) => navigation ?? []);

/** The page's path. `:user` in it is replaced by the id. */
export const pathOf = ({ path }: Page, user: string) => path.replace(":user", user);

/** The name of the page's picture: `settings-delete` for `/settings/delete`, and `front` for `/`. */
export const pictureOf = ({ path }: Page, front: string) => path.replace("/:user", "-one").slice(1).replaceAll("/", "-") || front;
