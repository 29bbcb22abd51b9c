// A form that is sent twice without JavaScript, as by a double click. The server does the work once. The browser shows the
// second response, which is the same as the first.
import type { Page } from "@playwright/test";
import { Filled } from "./people";
import { at, enter, expect, fresh, open, password, signIn, test } from "./support";

/** Sends the page's form, and sends it again when the first response is ready. Both responses redirect to the same place. */
async function sendTwice(page: Page, button: string) {
  const network = await page.context().newCDPSession(page);
  const places: (string | undefined)[] = [];
  network.on("Fetch.requestPaused", ({ requestId, responseHeaders }) => {
    places.push(responseHeaders?.find(({ name }) => name.toLowerCase() === "location")?.value);
    // The first response is held back. The browser drops it when it sends the form again.
    if (places.length > 1) void network.send("Fetch.continueRequest", { requestId });
  });
  await network.send("Fetch.enable", { patterns: [{ urlPattern: "*/_fn/*", requestStage: "Response" }] });
  const place = page.getByRole("button", { name: button });
  await place.scrollIntoViewIfNeeded();
  const { x, y } = (await place.boundingBox())!;
  for (const sent of [1, 2]) {
    await page.mouse.click(x + 10, y + 10); // not `place.click()`: it would wait for the first response
    await expect.poll(() => places.length).toBe(sent);
  }
  expect(places[0]).toBeTruthy();
  expect(places[1]).toBe(places[0]);
  await network.detach();
}

test("a sign-up that is sent twice makes one workspace, and leads to it", async ({ page }) => {
  const acme = fresh("acme");
  await open(page, "/sign-up");
  await page.fill("[name=tenant]", acme);
  await page.fill("[name=username]", "root");
  await page.fill("[name=password]", password);
  await sendTwice(page, "Create the workspace");
  await page.waitForURL(at(acme));
  await expect(page.getByRole("banner")).toContainText("root");
});

test("a member who is added twice is added once, and the password is shown", async ({ page, another }) => {
  const { name } = await Filled.workspace();
  await enter(page, name);
  await open(page, at(name, "/members/new"));
  await page.fill("[name=username]", "ada");
  await sendTwice(page, "Add member");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("ada");
  const word = await page.locator(".secret").innerText();
  await open(page, at(name, "/members"));
  await expect(page.getByRole("table").getByRole("link")).toHaveText(["ada", "root"]);
  const theirs = await another();
  await open(theirs, at(name, "/sign-in"));
  await signIn(theirs, "ada", word);
  await theirs.waitForURL(at(name, "/account"));
});
