// Asks the cluster at the address given as the argument, by Microsoft's npm client, and prints what it read as JSON.
import { gzipSync } from "node:zlib";
import { Client, ClientRequestProperties } from "azure-kusto-data";

const client = new Client(process.argv[2]);
const out = {};

async function note(name, ask) {
	try {
		out[name] = await ask();
	} catch (error) {
		out[name] = { error: String(error?.response?.data?.error?.innererror?.["@message"] ?? error?.message ?? error) };
	}
}

const rows = (answer) => answer.primaryResults[0].toJSON().data.map((row) => Object.values(row));

await note("allTypes", async () => rows(await client.execute("Samples", "AllTypes")));
await note("v1", async () => rows(await client.executeQueryV1("Samples", "print x = 1.5, s = 'a'")));
await note("defaultDatabase", async () => rows(await client.execute(null, "print 1")));
await note("mgmt", async () => rows(await client.execute("Samples", ".show tables | project TableName")));
await note("parameter", async () => {
	const properties = new ClientRequestProperties();
	properties.setParameter("s", "x'y");
	return rows(await client.execute("Samples", "declare query_parameters(s:string); print s", properties));
});
await note("wrong", async () => rows(await client.execute("Samples", "Nowhere | count")));
await note("truncated", async () => {
	const properties = new ClientRequestProperties();
	properties.setOption("truncationmaxrecords", 2);
	return rows(await client.execute("Samples", "AllTypes", properties));
});
await note("create", async () => rows(await client.execute("Samples", ".create table Made (n: long, s: string) | project TableName")));
await note("ingest", async () => rows(await client.execute("Samples", ".ingest inline into table Made <|\n1,one\n2,\"two, and more\"")).length);
await note("append", async () => rows(await client.execute("Samples", ".set-or-append Made <| print n = long(3), s = 'three' | project n, s")).map((row) => row[5]));
await note("stream", async () => {
	await client.executeStreamingIngest("Samples", "Made", gzipSync("4,four\n"), "csv", null);
	return "done";
});
await note("made", async () => rows(await client.execute("Samples", "Made | order by n asc")));
await note("readOnly", async () => {
	const properties = new ClientRequestProperties();
	properties.setOption("request_readonly", true);
	return rows(await client.execute("Samples", ".drop table Made", properties));
});
await note("badCommand", async () => rows(await client.execute("Samples", ".append Made <| print 'x'")));
await note("drop", async () => rows(await client.execute("Samples", ".drop table Made ifexists | where TableName == 'Made'")));
await note("dropped", async () => rows(await client.execute("Samples", "Made")));
client.close();
console.log(JSON.stringify(out));
