// Measures @cloud-copilot/iam-simulate for the benchmarks of this package:
//
//	node rate.cjs FOLDER <job.json
//
// FOLDER is where the package is installed. The job holds a policy, requests
// and how many seconds to warm up and to measure; see peer_test.go. Standard
// output gets {version, perSecond, unchecked, results}: decisions per second of
// processor time with and without the tool's checks of its input, and a result
// for each request.
const { createRequire } = require('node:module')
const { readFileSync } = require('node:fs')
const path = require('node:path')

const load = createRequire(path.join(path.resolve(process.argv[2]), 'index.js'))
const { runSimulation, runUnsafeSimulation } = load('@cloud-copilot/iam-simulate')
const manifest = path.join(process.argv[2], 'node_modules/@cloud-copilot/iam-simulate/package.json')
const job = JSON.parse(readFileSync(0, 'utf8'))

const simulations = job.requests.map((request) => ({
  request: {
    principal: job.principal,
    action: request.action,
    resource: { resource: request.resource, accountId: job.account },
    contextVariables: job.context
  },
  identityPolicies: [{ name: 'policy', policy: job.policy }],
  serviceControlPolicies: [],
  resourceControlPolicies: []
}))

async function decide(simulation) {
  const answer = await runSimulation(simulation, {})
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors))
  return answer.overallResult
}

const decideUnchecked = (simulation) => runUnsafeSimulation(simulation, {})

// processorSeconds is what this process has used.
function processorSeconds() {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

// rate decides whole rounds of all requests for some seconds and returns the
// decisions per second.
async function rate(decide, seconds) {
  const start = processorSeconds()
  let done = 0
  let used = 0
  while (used < seconds) {
    for (const simulation of simulations) await decide(simulation)
    done += simulations.length
    used = processorSeconds() - start
  }
  return used > 0 ? done / used : 0
}

async function main() {
  const results = []
  for (const simulation of simulations) results.push(await decide(simulation))
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  const answer = { version, results }
  for (const [name, how] of [['perSecond', decide], ['unchecked', decideUnchecked]]) {
    await rate(how, job.warm)
    answer[name] = await rate(how, job.measure)
  }
  process.stdout.write(JSON.stringify(answer))
}

main().catch((err) => {
  console.error(err)
  process.exit(1)
})
