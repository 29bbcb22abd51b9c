// Owner, admin and member: each sees only what their role may do. Other pages are refused, with a sentence that says why.
import type { Page } from "@playwright/test";
import { navigationOf, opensFor, pathOf, workspacePages, type Access } from "./pages";
import { Filled, type Person } from "./people";
import { at, enter, expect, fresh, open, password, settled, test } from "./support";

test.use({ refusals: [403, 409] });

const one: Person = { username: "one", role: "owner", password };
const two: Person = { username: "two", role: "admin", password };
const three: Person = { username: "three", role: "member", password };

const refusal: Partial<Record<Access, string>> = {
  admin: "Only admins and owners can do this. Ask one of them.",
  owner: "Only owners can do this. Ask one of them.",
};

const navigation = (page: Page) => page.getByRole("navigation", { name: "Workspace" }).getByRole("link");

async function isRefused(page: Page, url: string, words: string) {
  expect((await page.goto(url))?.status()).toBe(403);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You don’t have access to this page");
  await expect(page.getByRole("main")).toContainText(words);
  await expect(page.getByRole("main").getByRole("link", { name: "Go to the dashboard" })).toBeVisible();
}

test("three people in two workspaces at once each see what is theirs in either", async ({ page, another }) => {
  const [acme, beta] = [await Filled.workspace(), await Filled.workspace(fresh("beta"))];
  await acme.add(one, two, three);
  await beta.add({ ...one, role: "member" }, two, { ...three, role: "owner" });
  const browsers = { one: page, two: await another(), three: await another() };
  for (const [who, browser] of Object.entries(browsers)) {
    for (const { name } of [acme, beta]) await enter(browser, name, who);
  }
  for (const [{ name }, roles] of [
    [acme, { one: "owner", two: "admin", three: "member" }],
    [beta, { one: "member", two: "admin", three: "owner" }],
  ] as const) {
    for (const who of ["one", "two", "three"] as const) {
      await open(browsers[who], at(name));
      await expect(navigation(browsers[who])).toHaveText(navigationOf(roles[who]));
      await expect(browsers[who].getByRole("banner")).toContainText(who);
    }
  }
});

test("a member is told whom to ask for what their role may not do", async ({ page }) => {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add(three);
  await enter(page, acme.name, "three");
  for (const one of workspacePages.filter((one) => !opensFor("member")(one))) {
    await isRefused(page, at(acme.name, pathOf(one, user.id)), refusal[one.access]!);
  }
  await expect(navigation(page)).toHaveText(navigationOf("member"));
});

test("an admin manages members, but no admins or owners", async ({ page }) => {
  const acme = await Filled.workspace();
  const [owner, , member] = await acme.add(one, two, three);
  await enter(page, acme.name, "two");
  for (const one of workspacePages.filter((one) => !opensFor("admin")(one))) {
    await isRefused(page, at(acme.name, pathOf(one, member.user.id)), refusal.owner!);
  }
  const main = page.getByRole("main");
  await open(page, at(acme.name, `/members/${owner.user.id}`));
  await expect(main).toContainText("Only owners can change owners and admins.");
  await expect(main.getByRole("button")).toHaveCount(0);
  await expect(main.locator("form, .button")).toHaveCount(0);
  await open(page, at(acme.name, `/members/${member.user.id}`));
  await expect(main.getByRole("button", { name: "Deactivate" })).toBeVisible();
  await expect(main.getByRole("radio")).toHaveCount(2);
  await expect(main.getByRole("radio", { name: /^Owner/ })).toHaveCount(0);
});

for (const [what, button] of [["a button", "Deactivate"], ["a form", "Save the changes"]] as const) {
  test(`an admin with ${what} for a user who has become an owner is refused, and told why`, async ({ page }) => {
    const acme = await Filled.workspace();
    const [, member] = await acme.add(two, three);
    await enter(page, acme.name, "two");
    await open(page, at(acme.name, `/members/${member.user.id}`));
    await acme.change(member, { role: "owner" });
    await page.fill("[name=displayName]", "Not an owner");
    await page.getByRole("button", { name: button }).click();
    await expect(page.getByRole("alert")).toContainText("Admins can change members only. Ask an owner.");
    await open(page, page.url());
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("three");
    await expect(page.getByText("Active", { exact: true })).toBeVisible();
  });
}

test("the last owner stays an owner, and keeps what they typed", async ({ page }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await open(page, at(name, "/members"));
  await page.getByRole("table").getByRole("link", { name: "root" }).click();
  await settled(page);
  await page.fill("[name=displayName]", "Root the First");
  await page.getByRole("radio", { name: /^Member/ }).check();
  await page.getByRole("button", { name: "Save the changes" }).click();
  await expect(page.getByRole("alert")).toContainText("This is the last owner who can sign in. Make somebody else an owner first.");
  await expect(page.locator("[name=displayName]")).toHaveValue("Root the First");
  await expect(page.getByRole("radio", { name: /^Member/ })).toBeChecked();
  await open(page, at(name));
  await expect(navigation(page)).toHaveText(navigationOf("owner"));
});

test("another workspace's cookie opens nothing", async ({ page, another }) => {
  const [acme, beta] = [await Filled.workspace(), await Filled.workspace(fresh("beta"))];
  await enter(page, acme.name);
  const cookie = (await page.context().cookies(at(acme.name))).find(({ name }) => name === "__Host-session")!;
  const thief = await another();
  const { name, value, secure, httpOnly, sameSite } = cookie;
  // Playwright sets a `__Host-` cookie only for an https URL. The browser sends it to localhost over http too.
  const url = at(beta.name).replace("http:", "https:");
  await thief.context().addCookies([{ name, value, secure, httpOnly, sameSite, url }]);
  for (const path of ["/", "/members", "/settings"]) {
    expect((await thief.goto(at(beta.name, path)))?.status()).toBe(403);
    await expect(thief.getByRole("heading", { level: 1 })).toHaveText("You don’t have access to this page");
    await expect(thief.getByRole("navigation", { name: "Workspace" })).toHaveCount(0);
  }
});
