// A form that is sent after its session has ended, or after another user has signed in. No typed text is lost, and no other
// user is changed.
import type { Page } from "@playwright/test";
import { Filled } from "./people";
import { at, enter, expect, open, password, scripted, settled, signIn, test } from "./support";

test.use({ refusals: [401, 403, 422] });

const saved = (page: Page) => expect(page.getByRole("status").filter({ hasText: "Profile saved." })).toBeVisible();
const save = (page: Page) => page.getByRole("button", { name: "Save profile" }).click();

/** Types a name into the profile form, ends the session from another browser, and then sends the form. */
async function late(page: Page, another: () => Promise<Page>): Promise<string> {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await open(page, at(name, "/account"));
  await page.fill("[name=displayName]", "Grace Hopper");
  const elsewhere = await another();
  await enter(elsewhere, name);
  await open(elsewhere, at(name, "/account"));
  await elsewhere.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(elsewhere.getByRole("status").filter({ hasText: "All other sessions ended." })).toBeVisible();
  await save(page);
  return name;
}

/** Checks whether the masthead shows the user, the navigation and the button to sign out. */
async function namesSomebody(page: Page, whether: boolean) {
  const masthead = page.getByRole("banner");
  await expect(masthead.getByRole("button", { name: "Sign out" })).toBeVisible({ visible: whether });
  await expect(masthead.getByText("root", { exact: true })).toBeVisible({ visible: whether });
  await expect(masthead.getByRole("navigation")).toBeVisible({ visible: whether });
}

/** Signs in again as the refused form says: in another tab with JavaScript, on the page itself without. */
async function comeBack(page: Page, name: string) {
  if (!scripted()) {
    await expect(page.getByRole("main")).toContainText("You were signed out, so the form was not sent.");
    await signIn(page, "root");
    await page.waitForURL(at(name, "/account"));
    await expect(page.getByRole("alert")).toContainText("send it again");
    return;
  }
  await expect(page.getByRole("alert")).toContainText("You are no longer signed in.");
  const opened = page.context().waitForEvent("page");
  await page.getByRole("alert").getByRole("link", { name: "Sign in" }).click();
  const tab = await opened;
  await settled(tab);
  await signIn(tab, "root");
  await tab.waitForURL(at(name));
}

test("typed text stays when the session has ended, and is sent after signing in again", async ({ page, another }) => {
  const name = await late(page, another);
  await comeBack(page, name);
  await expect(page.locator("[name=displayName]")).toHaveValue("Grace Hopper");
  await save(page);
  await saved(page);
  await expect(page.locator("[name=displayName]")).toHaveValue("Grace Hopper");
  await namesSomebody(page, true);
});

test("the masthead shows no user after the session has ended, and the user again after signing in", async ({ page, another }) => {
  const name = await late(page, another);
  await namesSomebody(page, false);
  await comeBack(page, name);
  await page.fill("[name=email]", "nowhere");
  await save(page);
  await expect(page.locator("#email-error")).toContainText("Enter an email address");
  await namesSomebody(page, true);
});

test("a form that was opened as another user changes nobody", async ({ page }) => {
  const acme = await Filled.workspace();
  await acme.add({ username: "ada", password });
  await enter(page, acme.name, "ada");
  await open(page, at(acme.name, "/account"));
  await page.fill("[name=displayName]", "Ada Lovelace");
  const tab = await page.context().newPage();
  await tab.goto(at(acme.name));
  await tab.getByRole("button", { name: "Sign out" }).click();
  await tab.waitForURL(at(acme.name, "/sign-in"));
  await settled(tab);
  await signIn(tab, "root");
  await tab.waitForURL(at(acme.name));
  await save(page);
  await expect(page.getByRole("alert")).toContainText("this form was opened as ada. Nothing was changed.");
  await expect(page.locator("[name=displayName]")).toHaveValue("Ada Lovelace");
  await tab.goto(at(acme.name, "/members"));
  await expect(tab.getByRole("table").getByRole("link")).toHaveText(["ada", "root"]);
  await expect(tab.getByRole("table")).not.toContainText("Ada Lovelace");
});
