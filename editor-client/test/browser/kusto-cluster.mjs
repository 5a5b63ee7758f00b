// A Kusto on this machine for the tests: the program itself, and before it a door that makes it slow, refuse, or answer as no cluster
// does, for as long as a test wants.
import http from 'node:http';
import { json } from 'node:stream/consumers';
import { after, before } from 'node:test';
import { Editor, stepsOf } from './editor.mjs';
import { startCluster } from './program.mjs';

/** The steps of a file that has an editor and clusters, each with its arguments: they begin before the steps and end after them. `begun` is given all. */
export function withClusters(clusters, options, begun) {
  const started = { clusters: [] };
  before(async () => {
    started.clusters = await Promise.all(clusters.map((args) => Cluster.start(...args)));
    started.editor = await Editor.start(options);
    await begun(started.editor, ...started.clusters);
  }, { timeout: 300_000 });
  after(async () => {
    await started.editor?.close();
    started.clusters.forEach((cluster) => cluster.stop());
  });
  return stepsOf(() => started.editor);
}

export class Cluster {
  /** What is answered in place of the cluster: {when, after, status, headers, body}; `when` is a pattern of the command, none for all. */
  behaviour = undefined;
  /** Changes the database in an answer that is its schema: what the cluster is to have and our program can't make. */
  schema = undefined;
  /** Texts of all requests. */
  asked = [];

  /** Starts one on these arguments of `calypso serve`. */
  static async start(...args) {
    const cluster = new Cluster();
    cluster.program = startCluster(...args);
    cluster.behind = await cluster.program.line;
    cluster.door = http.createServer((request, response) => void cluster.answer(request, response));
    await new Promise((resolve) => cluster.door.listen(0, '127.0.0.1', resolve));
    cluster.address = `http://127.0.0.1:${cluster.door.address().port}`;
    cluster.host = new URL(cluster.address).host;
    return cluster;
  }

  /** Runs a management command on it. */
  async command(csl, db = 'Samples') {
    const answer = await fetch(`${this.behind}/v1/rest/mgmt`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ db, csl }) });
    if (!answer.ok) {
      throw new Error(`${csl.slice(0, 200)}: ${await answer.text()}`);
    }
  }

  async answer(request, response) {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks).toString();
    const csl = body === '' ? '' : JSON.parse(body).csl;
    this.asked.push(csl);
    const instead = this.behaviour;
    if (instead !== undefined && (instead.when === undefined || instead.when.test(csl))) {
      await instead.until;
      if (instead.status !== undefined) {
        response.writeHead(instead.status, instead.headers ?? {}).end(instead.body ?? '');
        return;
      }
    }
    const { host, ...headers } = request.headers;
    const through = http.request(this.behind + request.url, { method: request.method, headers }, (answer) => {
      if (this.schema !== undefined && csl.includes(' schema as json')) {
        void json(answer).then((body) => response.writeHead(answer.statusCode, { 'content-type': 'application/json' }).end(JSON.stringify(this.changed(body))));
        return;
      }
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    through.on('error', () => response.destroy());
    through.end(body);
  }

  changed(body) {
    const row = body.Tables[0].Rows[0];
    const at = row.findLastIndex((cell) => String(cell).startsWith('{'));
    const schema = JSON.parse(row[at]);
    Object.values(schema.Databases).forEach(this.schema);
    row[at] = JSON.stringify(schema);
    return body;
  }

  stop() {
    this.program?.stop();
    this.door?.close();
    this.door?.closeAllConnections();
  }
}
