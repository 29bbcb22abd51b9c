// The number of bytes of a first visit. Also checks that a page without an island loads no wasm.
import type { Page } from "@playwright/test";
import { pathOf, sitePages, workspacePages } from "./pages";
import { Filled, crowd } from "./people";
import { at, enter, expect, open, port, test } from "./support";

/** Opens a page, and returns its responses' size in kB (headers and bodies as they were sent) and their paths. */
async function weigh(page: Page, url: string) {
  const answers: Promise<{ path: string; bytes: number }>[] = [];
  page.on("requestfinished", (request) =>
    answers.push(
      request.sizes().then((sizes) => ({
        path: new URL(request.url()).pathname,
        bytes: sizes.responseBodySize + sizes.responseHeadersSize,
      })),
    ),
  );
  await open(page, url);
  await page.waitForLoadState("networkidle");
  const all = await Promise.all(answers);
  page.removeAllListeners("requestfinished");
  return { kilobytes: all.reduce((sum, { bytes }) => sum + bytes, 0) / 1000, paths: all.map(({ path }) => path) };
}

test("home weighs at most 30 kB and loads no script", async ({ page }) => {
  const { kilobytes, paths } = await weigh(page, "/");
  console.log(`home: ${kilobytes.toFixed(1)} kB of 30`);
  expect(kilobytes).toBeLessThanOrEqual(30);
  expect(paths.filter((path) => /\.(js|wasm)$/.test(path))).toEqual([]);
});

test("the heaviest page weighs at most 130 kB", async ({ page, browser }) => {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add({ username: "ada", displayName: "Ada Lovelace" });
  await enter(page, acme.name);
  const site = sitePages.map((page) => ({ ...page, url: `http://localhost:${port}${page.path}` }));
  const workspace = workspacePages.map((page) => ({ ...page, url: at(acme.name, pathOf(page, user.id)) }));
  for (const { url, access } of [...site, ...workspace].filter(({ island }) => island)) {
    const signedIn = access !== "open" && (await page.context().storageState());
    const first = await browser.newContext(signedIn ? { storageState: signedIn } : {});
    const { kilobytes } = await weigh(await first.newPage(), url);
    console.log(`${new URL(url).pathname}: ${kilobytes.toFixed(1)} kB of 130`);
    expect(kilobytes).toBeLessThanOrEqual(130);
    await first.close();
  }
});

test("a full page of members loads no wasm, and its HTML is at most 60 kB", async ({ page }) => {
  const acme = await Filled.workspace();
  await acme.add(...crowd(51));
  await enter(page, acme.name);
  const { paths } = await weigh(page, at(acme.name, "/members"));
  expect(paths.filter((path) => /\.(js|wasm)$/.test(path))).toEqual(["/keys.js"]);
  await expect(page.getByRole("table").locator("tbody tr")).toHaveCount(50);
  const html = (await (await page.goto(at(acme.name, "/members")))!.body()).length / 1000;
  console.log(`/members: ${html.toFixed(1)} kB of 60 of HTML`);
  expect(html).toBeLessThanOrEqual(60);
});
