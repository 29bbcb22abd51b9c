// The generated client against a live server: every operation of the API, from the sign-up to the deletion of the workspace.
import { expect, test } from "@playwright/test";
import { client, type Client, type Problem, type User } from "./client";
import { port } from "./playwright.config";
import { fresh, password } from "./support";

// Node does not resolve *.localhost. So the URL has the address, and the header x-tenant names the tenant.
const url = `http://127.0.0.1:${port}`;

type Asked<T> = Promise<{ data?: T; error?: Problem; response: Response }>;

/** Returns the body of a response. Fails unless the response has the expected status. */
async function done<T>(asked: Asked<T>, status = 200): Promise<NonNullable<T>> {
  const { data, error, response } = await asked;
  expect(response.status, JSON.stringify(error)).toBe(status);
  return data as NonNullable<T>;
}

/** Returns the problem of a response. Fails unless the response has the expected status and code. */
async function refused(asked: Asked<unknown>, status: number, code: Problem["code"]): Promise<Problem> {
  const { error, response } = await asked;
  expect([response.status, error?.code], JSON.stringify(error)).toEqual([status, code]);
  return error as Problem;
}

/** Signs a user in, and returns a client with their token. */
async function signedIn(tenant: string, username: string, word: string): Promise<Client> {
  const body = { username, password: word };
  const { token } = await done(client(url, { tenant }).POST("/api/v1/auth/sign-in", { body }));
  return client(url, { tenant, token });
}

/** Returns the usernames of all users that a query finds. It reads pages of two users. */
async function names(owner: Client, q?: string): Promise<string[]> {
  const found: User[] = [];
  let cursor: string | undefined;
  do {
    const page = await done(owner.GET("/api/v1/users", { params: { query: { q, limit: 2, cursor } } }));
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  return found.map(({ username }) => username);
}

test("a program uses a workspace from its sign-up to its deletion", async () => {
  const tenant = fresh("acme");
  const { signedUp, owner } = await test.step("signs up and in", async () => {
    const body = { tenant, username: "root", password };
    const signedUp = await done(client(url).POST("/api/v1/tenants", { body }), 201);
    const taken = await refused(client(url).POST("/tenants", { body }), 409, "taken");
    expect(Object.keys(taken.fields ?? {})).toEqual(["tenant"]);
    return { signedUp, owner: await signedIn(tenant, "root", password) };
  });
  expect(await done(owner.GET("/api/v1/users/me"))).toMatchObject({ id: signedUp.user.id, role: "owner" });

  const ada = await test.step("adds an admin, who chooses a password", async () => {
    const body = { username: "ada", displayName: "Ada Lovelace", role: "admin" as const };
    const { user, oneTimePassword } = await done(owner.POST("/api/v1/users", { body }), 201);
    const first = await signedIn(tenant, "ada", oneTimePassword ?? "");
    await refused(first.GET("/api/v1/users/me"), 403, "password_change_required");
    const choice = { newPassword: "an even better horse" };
    const { token } = await done(first.PUT("/api/v1/users/me/password", { body: choice }));
    return { id: user.id, asks: client(url, { tenant, token }) };
  });

  const grace = await test.step("lists, searches and pages", async () => {
    const body = { username: "grace", email: "grace@example.com", password };
    const { user } = await done(ada.asks.POST("/api/v1/users", { body }), 201);
    await done(ada.asks.POST("/api/v1/users", { body: { username: "alan" } }), 201);
    expect(await names(owner)).toEqual(["ada", "alan", "grace", "root"]);
    expect(await names(owner, "LOVELACE")).toEqual(["ada"]);
    expect(await names(owner, "nobody")).toEqual([]);
    const wrong = await refused(owner.GET("/api/v1/users", { params: { query: { limit: 1000 } } }), 422, "invalid");
    expect(wrong.fields).toHaveProperty("limit");
    return { id: user.id, asks: await signedIn(tenant, "grace", password) };
  });
  const path = { id: grace.id };

  await test.step("changes a role, disables and enables", async () => {
    await refused(grace.asks.GET("/api/v1/users"), 403, "access_denied");
    const change = (body: { role?: User["role"]; disabled?: boolean }) =>
      done(owner.PATCH("/api/v1/users/{id}", { params: { path }, body }));
    expect((await change({ role: "admin" })).role).toBe("admin");
    expect(await names(grace.asks)).toContain("root");
    const demoted = owner.PATCH("/api/v1/users/{id}", { params: { path: { id: signedUp.user.id } }, body: { role: "member" } });
    await refused(demoted, 409, "last_owner");
    expect((await change({ role: "member", disabled: true })).disabled).toBe(true);
    await refused(grace.asks.GET("/api/v1/users/me"), 401, "unauthorized");
    expect((await change({ disabled: false })).disabled).toBe(false);
  });

  await test.step("resets a password", async () => {
    const again = await signedIn(tenant, "grace", password);
    const admission = await done(ada.asks.POST("/api/v1/users/{id}/password-reset", { params: { path } }));
    expect(admission.user.passwordChangeRequired).toBe(true);
    await refused(again.GET("/api/v1/users/me"), 401, "unauthorized");
  });

  await test.step("sees its sessions and ends them", async () => {
    const [second, third] = [await signedIn(tenant, "root", password), await signedIn(tenant, "root", password)];
    const { items } = await done(owner.GET("/api/v1/sessions"));
    expect(items.map(({ current }) => current)).toEqual([false, false, true]);
    const session = { params: { path: { id: items[0].id } } };
    expect(await done(owner.GET("/api/v1/sessions/{id}", session))).toEqual(items[0]);
    await done(owner.DELETE("/api/v1/sessions/{id}", session), 204);
    await refused(third.GET("/api/v1/users/me"), 401, "unauthorized");
    await done(owner.DELETE("/api/v1/sessions"), 204);
    await refused(second.GET("/api/v1/users/me"), 401, "unauthorized");
  });

  await test.step("downloads the database", async () => {
    await refused(grace.asks.GET("/api/v1/database"), 401, "unauthorized");
    const file = await done(owner.GET("/api/v1/database", { parseAs: "arrayBuffer" }));
    expect(Buffer.from(file).toString("latin1", 0, 16)).toBe("SQLite format 3\0");
  });

  await test.step("removes the member, and signs out", async () => {
    await done(owner.GET("/api/v1/users/{id}", { params: { path } }));
    await done(owner.DELETE("/api/v1/users/{id}", { params: { path } }), 204);
    await refused(owner.GET("/api/v1/users/{id}", { params: { path } }), 404, "not_found");
    expect(await names(owner)).toEqual(["ada", "alan", "root"]);
    await done(owner.POST("/api/v1/auth/sign-out"), 204);
    await refused(owner.GET("/api/v1/users/me"), 401, "unauthorized");
  });

  await test.step("deletes the workspace", async () => {
    const again = await signedIn(tenant, "root", password);
    const wrong = await refused(again.DELETE("/api/v1/workspace", { body: { name: "another" } }), 422, "invalid");
    expect(wrong.fields).toHaveProperty("name");
    await done(again.DELETE("/api/v1/workspace", { body: { name: tenant } }), 202);
    const status = async () => (await again.GET("/api/v1/users/me")).response.status;
    await expect.poll(status).toBe(400);
    await refused(again.GET("/api/v1/users/me"), 400, "unknown_tenant");
  });
});
