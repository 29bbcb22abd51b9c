// The table of the pages, as app/src/paths.rs has it: a test of the server keeps pages.json current.
import table from "./pages.json";

export type Access = "open" | "session" | "member" | "admin" | "owner";
/** A page of the table; `:user` in its path stands for the id of a member. */
export type Page = { path: string; access: Access; navigation: string | null; island: boolean };
export type Role = "member" | "admin" | "owner";

export const sitePages = table.site as Page[];
export const workspacePages = table.workspace as Page[];

const order: Access[] = ["open", "session", "member", "admin", "owner"];

/** Whether the page opens for the role. */
export const opensFor = (role: Role) => (page: Page) => order.indexOf(page.access) <= order.indexOf(role);

/** What the navigation shows to the role. */
export const navigationOf = (role: Role) => workspacePages.filter(opensFor(role)).flatMap(({ navigation }) => navigation ?? []);

/** The page's path, where it is about a member about this one. */
export const pathOf = ({ path }: Page, user: string) => path.replace(":user", user);

/** A name for the page's picture: `settings-delete` for `/settings/delete`, and this one for `/`. */
export const pictureOf = ({ path }: Page, front: string) => path.replace("/:user", "-one").slice(1).replaceAll("/", "-") || front;
