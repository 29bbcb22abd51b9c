// Nothing on a page moves after the first paint. The time of the first paint is only printed, because it depends on the
// machine.
import type { Page } from "@playwright/test";
import { pathOf, sitePages, workspacePages } from "./pages";
import { Filled, crowd } from "./people";
import { at, enter, expect, open, test } from "./support";

test.use({ refusals: [400, 404] });

/** The first paint of a fast page takes at most this many milliseconds. */
const QUICK = 300;

async function holdsStill(page: Page, url: string) {
  await open(page, url);
  await page.waitForLoadState("networkidle");
  const { shifts, painted } = await page.evaluate(async () => {
    const seen = (type: string) =>
      new Promise<any[]>((resolve) => {
        const found: any[] = [];
        new PerformanceObserver((list) => found.push(...list.getEntries())).observe({ type, buffered: true });
        // After two frames the observer has all buffered entries.
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(found))));
      });
    const [shifts, paints] = await Promise.all([seen("layout-shift"), seen("paint")]);
    const parts = shifts.flatMap(({ sources }) => sources.map(({ node }: any) => node?.outerHTML?.slice(0, 80)));
    return { shifts: parts, painted: paints.find(({ name }) => name === "first-contentful-paint")?.startTime };
  });
  const path = new URL(page.url()).pathname.replace(/[0-9a-f-]{36}/, "{id}");
  console.log(`${path}: first paint at ${(painted / QUICK).toFixed(2)} of ${QUICK} ms`);
  expect(shifts, `what moves on ${path}`).toEqual([]);
}

test("nothing moves on the base host's pages", async ({ page }) => {
  const pages = sitePages.map(({ path }) => path);
  for (const path of [...pages, "/find?name=no-such-workspace", "/no-such-page", "/api/docs"]) await holdsStill(page, path);
});

test("nothing moves on a workspace's pages", async ({ page, another }) => {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add(...crowd(51));
  await enter(page, acme.name);
  const pages = workspacePages.filter(({ access }) => access !== "open").map((one) => pathOf(one, user.id));
  for (const path of [...pages, "/no-such-page"]) {
    await holdsStill(page, at(acme.name, path));
  }
  await holdsStill(await another(), at(acme.name, "/sign-in"));
});
