// What a first visit costs over the wire, and that a page without an island loads no script.
import { at, expect, fresh, open, signUp, test } from "./support";
import type { Page } from "@playwright/test";

/** All bytes of a page's answers, headers and bodies as they were sent, in kB. */
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
  const acme = fresh("acme");
  await signUp(page, acme);
  for (const url of ["/sign-up", at(acme, "/account"), at(acme, "/sign-in")]) {
    const first = await browser.newContext({ storageState: await page.context().storageState() });
    const { kilobytes } = await weigh(await first.newPage(), new URL(url, "http://localhost:3210").href);
    console.log(`${new URL(url, "http://localhost").pathname}: ${kilobytes.toFixed(1)} kB of 130`);
    expect(kilobytes).toBeLessThanOrEqual(130);
    await first.close();
  }
});
