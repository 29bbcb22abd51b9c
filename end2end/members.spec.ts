// An owner adds, changes, deactivates and removes members of a workspace.
import type { Page } from "@playwright/test";
import { Filled } from "./people";
import { at, confirm, enter, expect, open, password, settled, signIn, test } from "./support";

test.use({ refusals: [401] });

const ada = { username: "ada", displayName: "Ada Lovelace", email: "ada@example.com", password };

/** Creates a workspace with the member Ada, and opens her page in its owner's browser. */
async function adasPage(page: Page): Promise<Filled> {
  const acme = await Filled.workspace();
  await acme.add(ada);
  await enter(page, acme.name);
  await open(page, at(acme.name, "/members"));
  await page.getByRole("table").getByRole("link", { name: "ada", exact: true }).click();
  await settled(page);
  return acme;
}

/** Checks that the page reports success with these words. */
const said = (page: Page, words: string) => expect(page.getByRole("status").filter({ hasText: words })).toBeVisible();

/** Clicks a link that needs a session, and checks that the sign-in page comes. */
async function findsTheDoorShut(page: Page) {
  await page.getByRole("link", { name: "Account", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Sign in to");
}

test("a new member gets a one-time password, chooses their own and is signed in", async ({ page, another }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await page.getByRole("link", { name: "Members", exact: true }).click();
  await page.getByRole("link", { name: "Add a member" }).click();
  await settled(page);
  await page.fill("[name=username]", "Ada");
  await page.fill("[name=displayName]", "Ada Lovelace");
  await page.fill("[name=email]", "ada@example.com");
  await page.getByRole("radio", { name: /^Admin/ }).check();
  await page.getByRole("button", { name: "Add member" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada Lovelace");
  const word = await page.locator(".secret").innerText();
  expect(word).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  await page.reload();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada Lovelace");
  await expect(page.locator(".secret")).toHaveCount(0);
  await expect(page.getByRole("main")).not.toContainText(word);

  const theirs = await another();
  await open(theirs, at(name));
  await signIn(theirs, "ada", word);
  await theirs.waitForURL(at(name, "/account"));
  await open(theirs, at(name, "/members"));
  await expect(theirs.getByRole("heading", { name: "Choose a password" })).toBeVisible();
  await theirs.fill("[name=newPassword]", "a horse of her own");
  await theirs.getByRole("button", { name: "Set the password" }).click();
  await theirs.waitForURL(at(name));
  await said(theirs, "Password set.");
  await expect(theirs.getByRole("main")).toContainText("Signed in asada");
});

test("a member's display name, email address and role can be changed", async ({ page }) => {
  const acme = await adasPage(page);
  await page.fill("[name=displayName]", "Ada King");
  await page.fill("[name=email]", "king@example.com");
  await page.getByRole("radio", { name: /^Owner/ }).check();
  await page.getByRole("button", { name: "Save the changes" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Make Ada King an owner?");
  await page.locator(".asking").getByRole("button", { name: "Make owner" }).click();
  await said(page, "Ada King is an owner now.");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada King");
  const entry = page.getByRole("region", { name: "Details", exact: true });
  await expect(entry).toContainText("king@example.com");
  await expect(entry).toContainText("Owner");
  await open(page, at(acme.name, "/activity"));
  await expect(page.getByRole("listitem").filter({ hasText: "root changed the details of Ada King" })).toBeVisible();
  await expect(page.getByRole("listitem").filter({ hasText: "root made Ada King an owner" })).toBeVisible();
});

test("a deactivated member is signed out at the next click, and can sign in again when reactivated", async ({ page, another }) => {
  const acme = await adasPage(page);
  const theirs = await another();
  await enter(theirs, acme.name, "ada");
  await page.getByRole("button", { name: "Deactivate" }).click();
  await said(page, "Ada Lovelace is deactivated.");
  await expect(page.getByText("Deactivated", { exact: true })).toBeVisible();
  await findsTheDoorShut(theirs);
  await settled(theirs);
  await signIn(theirs, "ada");
  await expect(theirs.getByRole("alert")).toContainText("deactivated");
  await page.getByRole("button", { name: "Reactivate" }).click();
  await said(page, "Ada Lovelace is reactivated.");
  await enter(theirs, acme.name, "ada");
});

test("a reset makes the old password invalid, and shows the new one once", async ({ page, another }) => {
  const acme = await adasPage(page);
  const theirs = await another();
  await enter(theirs, acme.name, "ada");
  await confirm(page, "Reset password");
  await said(page, "Password reset.");
  const word = await page.locator(".secret").innerText();
  await findsTheDoorShut(theirs);
  await settled(theirs);
  await signIn(theirs, "ada");
  await expect(theirs.getByRole("alert")).toContainText("wrong");
  await signIn(theirs, "ada", word);
  await expect(theirs.getByRole("heading", { name: "Choose a password" })).toBeVisible();
});

test("a member who is signed out everywhere signs in again with the same password", async ({ page, another }) => {
  const acme = await adasPage(page);
  const [desk, phone] = [await another(), await another()];
  for (const device of [desk, phone]) await enter(device, acme.name, "ada");
  await page.getByRole("button", { name: "Sign out everywhere" }).click();
  await said(page, "Ada Lovelace is signed out everywhere.");
  for (const device of [desk, phone]) await findsTheDoorShut(device);
  await enter(desk, acme.name, "ada");
});

test("a removed member is gone, and their name stays in the activity list", async ({ page, another }) => {
  const acme = await adasPage(page);
  const theirs = await another();
  await enter(theirs, acme.name, "ada");
  const was = page.url();
  await confirm(page, "Remove");
  await said(page, "Ada Lovelace was removed.");
  await expect(page).toHaveURL(at(acme.name, "/members"));
  await expect(page.getByRole("table")).not.toContainText("Ada");
  await findsTheDoorShut(theirs);
  await open(page, at(acme.name, "/activity"));
  for (const deed of ["root removed ada", "root added ada as member"]) {
    await expect(page.getByRole("listitem").filter({ hasText: deed })).toBeVisible();
  }
  expect((await page.context().request.get(was, { maxRedirects: 0 }).catch(() => null))?.status() ?? 404).toBe(404);
});
