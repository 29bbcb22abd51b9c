// Nothing on any page moves once it is shown; how soon it is shown is printed, as no machine promises a time.
import type { Page } from "@playwright/test";
import { pathOf, sitePages, workspacePages } from "./pages";
import { Filled, crowd } from "./people";
import { at, enter, expect, open, test } from "./support";

test.use({ refusals: [400, 404] });

/** In milliseconds, what a page that is quick to the eye takes. */
const QUICK = 300;

async function holdsStill(page: Page, url: string) {
  await open(page, url);
  await page.waitForLoadState("networkidle");
  const { shifts, painted } = await page.evaluate(async () => {
    const seen = (type: string) =>
      new Promise<any[]>((resolve) => {
        const found: any[] = [];
        new PerformanceObserver((list) => found.push(...list.getEntries())).observe({ type, buffered: true });
        // Two frames on, what was buffered has been handed over.
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

test("the base host's pages hold still", async ({ page }) => {
  const pages = sitePages.map(({ path }) => path);
  for (const path of [...pages, "/find?name=no-such-workspace", "/no-such-page", "/api/docs"]) await holdsStill(page, path);
});

test("a workspace's pages hold still", async ({ page, another }) => {
  const acme = await Filled.workspace();
  const [{ user }] = await acme.add(...crowd(51));
  await enter(page, acme.name);
  const pages = workspacePages.filter(({ access }) => access !== "open").map((one) => pathOf(one, user.id));
  for (const path of [...pages, "/no-such-page"]) {
    await holdsStill(page, at(acme.name, path));
  }
  await holdsStill(await another(), at(acme.name, "/sign-in"));
});
