// A program's way in: the client that openapi-fetch makes of the types which openapi-typescript makes of openapi.json.
// The types are made anew by `npm run client`, which `make test` calls: they are never committed, and never stale.
import createClient from "openapi-fetch";
import type { components, paths } from "./api";

export type Problem = components["schemas"]["Problem"];
export type User = components["schemas"]["User"];

/** A client that asks a tenant, if it names one, as whoever has the token, if there is one. */
export function client(baseUrl: string, { tenant, token }: { tenant?: string; token?: string } = {}) {
  const headers = {
    ...(tenant && { "x-tenant": tenant }),
    ...(token && { authorization: `Bearer ${token}` }),
  };
  return createClient<paths>({ baseUrl, headers });
}

export type Client = ReturnType<typeof client>;
