// Asks a server everything that graphql-http audits of GraphQL over HTTP, and prints
// the results as JSON: [{id, name, status, reason}]. The status is ok, notice (a MAY),
// warn (a SHOULD) or error (a MUST).
//
// AUDIT_URL is the server's GraphQL address, AUDIT_TOKEN the bearer token to ask with.
import { auditServer } from 'graphql-http';

const results = await auditServer({
  url: process.env.AUDIT_URL,
  fetchFn: (url, init = {}) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${process.env.AUDIT_TOKEN}`);
    return fetch(url, { ...init, headers });
  },
});
console.log(JSON.stringify(results.map(({ id, name, status, reason }) => ({ id, name, status, reason }))));
