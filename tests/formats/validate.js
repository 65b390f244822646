// What others say about reports: validate.js sarif|github FILE... Exits with 1 and the reasons when something is wrong.
//
// sarif: the schema of SARIF 2.1.0 from @microsoft/jest-sarif (JSON Schema draft 4), and what a schema cannot say: links lead somewhere, addresses
// are addresses, the order of execution is one. github: every command is read as the runner reads it, and written again by @actions/core; FILE.json is
// what was read.
"use strict";
const fs = require("fs");
const path = require("path");
const [format, ...files] = process.argv.slice(2);
const problems = [];

function sarifSchema() {
  const Ajv = require("ajv-draft-04");
  const schema = path.join(__dirname, "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true });
  ajv.addFormat("uri", (value) => /^[a-z][a-z0-9+.-]*:/i.test(value) && URL.canParse(value));
  ajv.addFormat("uri-reference", (value) => /^([A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-F]{2})*$/.test(value) && URL.canParse(value, "file:///root/"));
  ajv.addFormat("date-time", true);
  return ajv.compile(JSON.parse(fs.readFileSync(schema, "utf8")));
}

function checkSarif(text, validate) {
  const log = JSON.parse(text);
  if (!validate(log))
    for (const error of validate.errors)
      problems.push(`${error.instancePath}: ${error.message}`);
  for (const run of log.runs)
    for (const result of run.results)
      checkResult(run, result);
}

function checkResult(run, result) {
  const ids = (result.relatedLocations || []).map((location) => location.id);
  if (new Set(ids).size !== ids.length)
    problems.push("ids of related locations are not different");
  for (const link of result.message.text.matchAll(/(?<!\\)\]\(([^)]*)\)/g))
    if (!ids.includes(Number(link[1])))
      problems.push(`a link leads nowhere: ${result.message.text}`);
  if (run.tool.driver.rules[result.ruleIndex].id !== result.ruleId)
    problems.push(`${result.ruleId} is not its rule`);
  for (const flow of result.codeFlows || []) {
    const orders = flow.threadFlows.flatMap((thread) => thread.locations.map((step) => step.executionOrder));
    if (new Set(orders).size !== orders.length)
      problems.push("two steps at once");
    const names = flow.threadFlows.map((thread) => thread.id);
    if (new Set(names).size !== names.length)
      problems.push("two flows with one id");
  }
}

function checkGithub(text) {
  const { issueCommand } = require("@actions/core/lib/command");
  const unescape = (value) => value.replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%0D/g, "\r").replace(/%0A/g, "\n").replace(/%25/g, "%");
  const read = [];
  for (const line of text.split("\n")) {
    const match = /^::([a-z-]+)(?: (.*?))?::(.*)$/.exec(line);
    if (!match)
      continue;
    const properties = {};
    for (const part of (match[2] || "").split(",").filter(Boolean))
      properties[part.slice(0, part.indexOf("="))] = unescape(part.slice(part.indexOf("=") + 1));
    const command = { command: match[1], properties, message: unescape(match[3]) };
    let again = "";
    const write = process.stdout.write;
    process.stdout.write = (chunk) => (again += chunk);
    issueCommand(command.command, command.properties, command.message);
    process.stdout.write = write;
    if (again !== line + "\n")
      problems.push(`is read differently: ${line}\n${again}`);
    if (!["error", "warning", "notice"].includes(command.command))
      problems.push(`not a command of ours: ${line}`);
    read.push(command);
  }
  return read;
}

const validate = format === "sarif" && sarifSchema();
for (const file of files) {
  const before = problems.length;
  const text = fs.readFileSync(file, "utf8");
  if (validate)
    checkSarif(text, validate);
  else
    fs.writeFileSync(`${file}.json`, JSON.stringify(checkGithub(text)));
  if (problems.length > before)
    problems.push(`that was ${file}`);
}
for (const problem of problems)
  console.error(problem);
process.exit(problems.length ? 1 : 0);
