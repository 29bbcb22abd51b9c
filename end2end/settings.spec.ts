// An owner changes the workspace itself: its display name, and signing everyone out.
import { Filled } from "./people";
import { at, confirm, enter, expect, open, password, settled, test } from "./support";

test.use({ refusals: [401, 422] });

test("a new display name is shown on every page and on the sign-in page", async ({ page, another }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await page.getByRole("link", { name: "Settings" }).click();
  await open(page, page.url());
  await page.fill("[name=displayName]", "Harbour & Sons");
  await page.getByRole("button", { name: "Save the name" }).click();
  await expect(page.getByRole("status").filter({ hasText: "Workspace name saved." })).toBeVisible();
  await expect(page.getByRole("banner")).toContainText("Harbour & Sons");
  await expect(page).toHaveTitle("Settings · Harbour & Sons");
  const stranger = await another();
  await stranger.goto(at(name));
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Sign in to Harbour & Sons");
});

for (const [what, text] of [["a name that is too long", "x".repeat(81)], ["an empty name", ""]]) {
  test(`${what} is reported beside its field, and stays in the field`, async ({ page }) => {
    const { name } = await Filled.workspace();
    await enter(page, name);
    await open(page, at(name, "/settings"));
    await page.fill("[name=displayName]", text);
    await page.getByRole("button", { name: "Save the name" }).click();
    await expect(page.locator("#displayName-error")).toContainText("1 to 80 characters");
    await expect(page.locator("[name=displayName]")).toHaveValue(text);
    await expect(page.getByRole("banner")).toContainText(name);
  });
}

test("an error removes the message of the submission before", async ({ page }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await open(page, at(name, "/settings"));
  const saved = page.getByRole("status").filter({ hasText: "Workspace name saved." });
  for (const [text, outcome] of [["Harbour & Sons", saved], ["", page.getByRole("alert")]] as const) {
    await page.fill("[name=displayName]", text);
    await page.getByRole("button", { name: "Save the name" }).click();
    await expect(outcome).toBeVisible();
    await settled(page);
  }
  await expect(saved).toBeHidden();
});

test("everyone is signed out except the acting owner's browser", async ({ page, another }) => {
  const acme = await Filled.workspace();
  await acme.add({ username: "ada", password });
  const [hers, own] = [await another(), await another()];
  await enter(page, acme.name);
  await enter(hers, acme.name, "ada");
  await enter(own, acme.name);
  await open(page, at(acme.name, "/settings"));
  await confirm(page, "Sign everyone out");
  await expect(page.getByRole("status").filter({ hasText: "Everyone is signed out." })).toBeVisible();
  for (const other of [hers, own]) {
    await other.getByRole("link", { name: "Account", exact: true }).click();
    await expect(other.getByRole("heading", { level: 1 })).toContainText("Sign in to");
  }
  expect((await page.goto(at(acme.name)))?.status()).toBe(200);
});
