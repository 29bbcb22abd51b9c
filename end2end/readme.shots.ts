// Takes the pictures of README.md: the dashboard of a workspace after some months of use, in the light and the dark scheme.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lively } from "./people";
import { unlimited } from "./playwright.config";
import { serving } from "./serving";
import { at, enter, expect, open, port, test } from "./support";

test("the dashboard in the light and the dark scheme", async ({ page }) => {
  const data = mkdtempSync(join(tmpdir(), "freehold-readme-"));
  // The links on the page have the address that README.md gives.
  const flags = ["--base-url", "http://localhost:3000", "--data", data, ...unlimited.split(" ")];
  const { name } = await serving(port, flags, async () => {
    const firm = await lively("harbour");
    await enter(page, firm.name);
    await open(page, at(firm.name, "/settings"));
    await page.fill("[name=displayName]", "Harbour & Sons");
    await page.getByRole("button", { name: "Save the name" }).click();
    await expect(page.getByRole("banner")).toContainText("Harbour & Sons");
    return firm;
  });
  age(data);
  await serving(port, flags, async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await open(page, at(name));
      await page.screenshot({ path: join(__dirname, `readme-${colorScheme}.png`), fullPage: true });
    }
  });
});

/** Makes the workspace 77 days old, with a history in its database. */
function age(data: string) {
  const tenants = join(data, "tenants");
  const [folder] = readdirSync(tenants);
  const file = readdirSync(join(tenants, folder)).find((file) => file.endsWith(".db"))!;
  run(join(tenants, folder, file), PAST);
  run(join(data, "catalog.db"), `UPDATE tenants SET created_at = created_at - 77 * ${DAY}`);
}

function run(database: string, sql: string) {
  const program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.argv[2])";
  execFileSync("python3", ["-c", program, database, sql]);
}

const HOUR = 60 * 60 * 1000;
const DAY = 24 * HOUR;

/** Eleven weeks of history: sign-ins of today and yesterday, changes over all the weeks, a database that grew to its size. */
const PAST = `
  UPDATE users SET created_at = created_at - 77 * ${DAY};
  UPDATE users SET last_sign_in_at = last_sign_in_at - ${HOUR} * CASE username
    WHEN 'jonas' THEN 1 WHEN 'chiara' THEN 2 WHEN 'daniel' THEN 5 ELSE 26 END WHERE username <> 'root';
  UPDATE activity SET at = at - ((SELECT max(id) FROM activity) - id) * 53 * ${HOUR};
  WITH RECURSIVE past (day) AS (SELECT unixepoch() / 86400 - 77 UNION ALL SELECT day + 1 FROM past LIMIT 77)
    INSERT OR REPLACE INTO sizes
      SELECT day, day * ${DAY}, 20480 + 4096 * ((day - unixepoch() / 86400 + 77) / 13) + abs(random()) % 600 FROM past;`;
