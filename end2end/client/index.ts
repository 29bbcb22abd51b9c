// The API client for specs. openapi-typescript generates its types from openapi.json; openapi-fetch makes the client of them.
// `npm run client`, which `make test` calls, generates the types. They are not committed.
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

export type Problem = components["schemas"]["Problem"];
export type User = components["schemas"]["User"];

/** Makes a client. With `tenant` its requests name that tenant; with `token` they are those of the signed-in user. */
export function client(baseUrl: string, { tenant, token }: { tenant?: string; token?: string } = {}) {
  const headers = {
    ...(tenant && { "x-tenant": tenant }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return createClient<paths>({ baseUrl, headers });
}

export type Client = ReturnType<typeof client>;
