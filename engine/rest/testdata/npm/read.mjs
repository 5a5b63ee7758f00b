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
// A database as a project sets it up: tables, a mapping, policies, a function, a view; rows go through an update policy.
const setup = [
	".create-merge tables SetupRaw (Record: dynamic), SetupEvents (Name: string, N: long)",
	".create-or-alter table SetupRaw ingestion json mapping 'all' '[{\"column\":\"Record\",\"path\":\"$.records\"}]'",
	".create-or-alter function SetupExpand() { SetupRaw | mv-expand r = Record | project Name = tostring(r.name), N = tolong(r.n) }",
	".alter table SetupEvents policy update @'[{\"IsEnabled\": true, \"Source\": \"SetupRaw\", \"Query\": \"SetupExpand()\", \"IsTransactional\": true}]'",
	".alter-merge table SetupRaw policy retention softdelete = 0s",
	".alter tables (SetupRaw, SetupEvents) policy caching hot = 7d",
	".create-or-alter materialized-view SetupSums on table SetupEvents { SetupEvents | summarize sum(N) by Name }",
];
await note("setup", async () => {
	for (const command of setup) await client.execute("Samples", command);
	await client.executeStreamingIngest("Samples", "SetupRaw", gzipSync('{"records": [{"name": "a", "n": 1}, {"name": "b", "n": 2}, {"name": "a", "n": 3}]}'), "multijson", "all");
	return [
		rows(await client.execute("Samples", "SetupRaw | count"))[0][0],
		rows(await client.execute("Samples", "SetupEvents | count"))[0][0],
		rows(await client.execute("Samples", "SetupSums | order by Name asc")),
		rows(await client.execute("Samples", ".show table SetupEvents policy caching | project PolicyName, EntityName, EntityType")),
	];
});
client.close();
console.log(JSON.stringify(out));
