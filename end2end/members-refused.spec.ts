// Errors in an owner's forms about a member are shown beside their fields, and no typed text is lost.
import type { Page } from "@playwright/test";
import { Filled } from "./people";
import { at, enter, expect, open, test } from "./support";

test.use({ refusals: [409, 422] });

const typed = { username: "bob", displayName: "Bob the Builder", email: "bob@example.com" };

for (const [what, field, text, words] of [
  ["a username that is taken", "username", "ADA", "taken"],
  ["no username", "username", "", "Enter a username."],
  ["a username with a space", "username", "Bob Builder", "letters"],
  ["an invalid email address", "email", "nowhere", "Enter an email address"],
  ["an email address that is taken", "email", "Ada@Example.com", "Another member has this address."],
] as const) {
  test(`adding a member with ${what} shows an error beside the field`, async ({ page }) => {
    const { name } = await withAda();
    await enter(page, name);
    await open(page, at(name, "/members/new"));
    await fill(page, { ...typed, [field]: text });
    await page.getByRole("radio", { name: /^Admin/ }).check();
    await page.getByRole("button", { name: "Add member" }).click();
    await expect(page.getByRole("alert")).toContainText("Nobody was added.");
    await refusedBeside(page, field, words);
    await keeps(page, { ...typed, [field]: text });
    await expect(page.getByRole("radio", { name: /^Admin/ })).toBeChecked();
  });
}

test("all wrong fields of a member's page show their errors at once", async ({ page }) => {
  const acme = await withAda();
  await enter(page, acme.name);
  await open(page, at(acme.name, `/members/${acme.ada}`));
  const wrong = { displayName: "x".repeat(81), email: "nowhere" };
  await fill(page, wrong);
  await page.getByRole("radio", { name: /^Owner/ }).check();
  await page.getByRole("button", { name: "Save the changes" }).click();
  await expect(page.getByRole("alert")).toContainText("Fix the 2 highlighted fields.");
  await refusedBeside(page, "displayName", "80 characters");
  await refusedBeside(page, "email", "Enter an email address");
  await keeps(page, wrong);
  await expect(page.getByRole("radio", { name: /^Owner/ })).toBeChecked();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("ada");
});

async function withAda() {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add({ username: "ada", email: "ada@example.com" });
  return { name: acme.name, ada: user.id };
}

async function fill(page: Page, texts: Record<string, string>) {
  for (const [name, text] of Object.entries(texts)) await page.fill(`[name=${name}]`, text);
}

async function keeps(page: Page, texts: Record<string, string>) {
  for (const [name, text] of Object.entries(texts)) await expect(page.locator(`[name=${name}]`)).toHaveValue(text);
}

async function refusedBeside(page: Page, field: string, words: string) {
  await expect(page.locator(`#${field}-error`)).toContainText(words);
  await expect(page.locator(`[name=${field}]`)).toHaveAttribute("aria-invalid", "true");
}
