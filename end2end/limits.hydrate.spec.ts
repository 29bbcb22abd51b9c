// Rate limits, on a server of its own that has them. The page says that there were too many requests, and retries after the
// wait.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { port as usual } from "./playwright.config";
import { serving } from "./serving";
import { expect, fresh, open, test } from "./support";

const port = usual + 1;

test.use({ refusals: [429] });

test("a name that cannot be checked yet shows how long to wait, and is checked after that", async ({ page }) => {
  const flags = ["--data", mkdtempSync(join(tmpdir(), "freehold-limits-")), "--lookup-rate", "10/m"];
  await serving(port, flags, async () => {
    await open(page, `http://localhost:${port}/sign-up`);
    const check = () => page.request.get(`http://localhost:${port}/_fn/check-name?name=free`).then((answer) => answer.status());
    await expect.poll(check, { intervals: [0] }).toBe(429);
    await page.fill("[name=tenant]", fresh("free"));
    const said = page.locator("#tenant-availability");
    await expect(said).toHaveText(/^Too many names checked\. Wait \d seconds?\.$/);
    await page.screenshot({ path: `${__dirname}/screenshots/sign-up-limited.png` });
    await expect(said).toHaveText("Available");
  });
});
