// Everything works with the keyboard alone: the shortcut to the search, the list in its order, the link past the masthead.
import { Filled } from "./people";
import { at, enter, expect, open, test } from "./support";

test("Control+K focuses the search, Tab goes through the members in their order, Enter opens one", async ({ page }) => {
  const acme = await Filled.workspace();
  await acme.add({ username: "ada" }, { username: "bob" }, { username: "zoe" });
  await enter(page, acme.name);
  await open(page, at(acme.name, "/members"));
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("searchbox")).toBeFocused();
  for (const next of [page.getByLabel("Role"), page.getByLabel("Status"), page.getByRole("button", { name: "Search" })]) {
    await page.keyboard.press("Tab");
    await expect(next).toBeFocused();
  }
  for (const name of ["ada", "bob", "root", "zoe"]) {
    await page.keyboard.press("Tab");
    await expect(page.locator(":focus")).toHaveText(name);
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("zoe");
});

for (const [platform, name, keys] of [["MacIntel", "⌘K", "Meta+k"], ["Win32", "Ctrl+K", "Control+k"]]) {
  test(`the search shows its shortcut on ${platform}`, async ({ page }) => {
    await page.addInitScript((platform) => {
      Object.defineProperty(Navigator.prototype, "platform", { get: () => platform });
      Object.defineProperty(Navigator.prototype, "userAgentData", { get: () => undefined });
    }, platform);
    const acme = await Filled.workspace();
    await enter(page, acme.name);
    await open(page, at(acme.name, "/members"));
    await expect(page.getByRole("search").getByText(name, { exact: true })).toBeVisible();
    await page.keyboard.press(keys);
    await expect(page.getByRole("searchbox")).toBeFocused();
    await expect(page.getByRole("searchbox")).toHaveAttribute("aria-keyshortcuts", keys.replace("k", "K"));
  });
}

test("Enter in the search field starts the search", async ({ page }) => {
  const acme = await Filled.workspace();
  await acme.add({ username: "ada" });
  await enter(page, acme.name);
  await open(page, at(acme.name, "/members"));
  await page.keyboard.press("Control+k");
  await page.keyboard.type("ada");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status")).toHaveText("1 member found");
});

test("the first Tab focuses the link past the masthead", async ({ page }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  for (const url of ["/", at(name), at(name, "/members")]) {
    await open(page, url);
    await page.keyboard.press("Tab");
    await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("main")).toBeFocused();
    await page.keyboard.press("Tab");
    await expect(page.locator("main :focus")).toHaveCount(1);
  }
});
