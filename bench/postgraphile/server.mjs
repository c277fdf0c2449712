// PostGraphile 5 over the district's tables, under the application's login, with
// the scope set for each request as row-level security wants it.
//
// DATABASE_URL is the connection string, PORT where to listen on 127.0.0.1,
// WORKERS how many processes share the port, CONNECTIONS how many each pool holds.
import cluster from "node:cluster";
import { createServer } from "node:http";

import { postgraphile } from "postgraphile";
import { makePgService } from "postgraphile/adaptors/pg";
import { grafserv } from "postgraphile/grafserv/node";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";

const workers = Number(process.env.WORKERS ?? 1);
const connections = Number(process.env.CONNECTIONS ?? 16);

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ["public", "bench"],
      poolConfig: { max: Math.ceil(connections / Math.max(workers, 1)) },
    }),
  ],
  grafserv: { graphiql: false, watch: false, websockets: false },
  grafast: {
    explain: false,
    // The names that row-level security and the change of the benchmark read.
    context: ({ node: { req } }) => ({
      pgSettings: {
        "holdfast.district_id": req.headers["holdfast-district"],
        "bench.person_id": req.headers["holdfast-person"],
      },
    }),
  },
  // It would forbid to ask for rows by a column that has no index of its own.
  disablePlugins: ["PgIndexBehaviorsPlugin"],
  schema: { pgSimpleCollections: "both", defaultBehavior: "list connection" },
};

async function serve() {
  const server = createServer({ keepAliveTimeout: 600_000 });
  server.on("error", (error) => {
    throw error;
  });
  await postgraphile(preset).createServ(grafserv).addTo(server);
  server.listen(Number(process.env.PORT), "127.0.0.1");
}

if (cluster.isPrimary && workers > 1) {
  for (let i = 0; i < workers; i++) cluster.fork();
  process.on("SIGTERM", () => process.exit(0));
} else {
  await serve();
}
