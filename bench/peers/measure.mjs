// What the Node.js peers have in common, so that each is measured by the same clock doing the same work: the verbs of `run`, the
// payload, the processes and the timing. A peer brings the rest:
//
//   name                        for the messages on stderr
//   prepare()                   make the schema or the queue; again does no harm
//   producer(purpose)           a client with a connection of its own: { add(payload), addBulk(payloads), close() }
//   work(purpose, handler)      start the worker of one process; answers settle(), which ends when the store has acknowledged the
//                               completion of every job whose handler ran
//   unfinished()                how many jobs the store holds that did not finish
//
// purpose is 'throughput' or 'latency'; a user who wants one of them sets a queue up for it, and so may the peer. A drain takes one
// worker process, or as many as BENCH_WORKERS says.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

const clients = 4
const batch = 1000

// The monotonic clock is one for all processes of a machine, which timeOrigin + now() is not: that follows the wall clock's steps.
const now = () => Number(process.hrtime.bigint()) / 1e6

export async function measure(peer) {
  // The last line on stdout is the answer, and a library that logs must not come after it.
  console.log = console.info = console.debug = console.error
  if (process.send) return child(peer)

  const [verb, count] = process.argv.slice(2)
  const verbs = { prepare, fill, drain, enqueue, latency, 'latency-across': latencyAcross }
  const jobs = Number(count)
  if (!verbs[verb] || (verb !== 'prepare' && !(jobs > 0))) {
    console.error('run prepare | fill N | drain N | enqueue N | latency N | latency-across N')
    process.exit(2)
  }
  const answer = await verbs[verb](peer, jobs)
  process.stdout.write(JSON.stringify(answer) + '\n', () => process.exit(0))
}

async function prepare(peer) {
  await peer.prepare()
  return {}
}

async function fill(peer, jobs) {
  return { jobs, seconds: await withProducers(peer, producers => addAll(producers, jobs)) }
}

// Measured warm, as the service's own bulk enqueue is: a quarter as many come first.
async function enqueue(peer, jobs) {
  const seconds = await withProducers(peer, async producers => {
    await addAll(producers, Math.ceil(jobs / 4))
    return addAll(producers, jobs)
  })
  return { jobs, seconds }
}

async function withProducers(peer, use) {
  const producers = await Promise.all(Array.from({ length: clients }, () => peer.producer('throughput')))
  const answer = await use(producers)
  await Promise.all(producers.map(producer => producer.close()))
  return answer
}

async function addAll(producers, jobs) {
  // What is sent is made before the clock starts, as the service's is.
  const batches = []
  for (let first = 0; first < jobs; first += batch) {
    batches.push(Array.from({ length: Math.min(batch, jobs - first) }, (_, i) => payload(first + i)))
  }
  const client = async producer => {
    for (let payloads; (payloads = batches.shift());) await producer.addBulk(payloads)
  }
  const started = now()
  await Promise.all(producers.map(client))
  return (now() - started) / 1000
}

async function drain(peer, jobs) {
  const workers = Array.from({ length: Number(process.env.BENCH_WORKERS ?? 1) }, () => spawn('throughput'))
  const ran = () => workers.reduce((sum, worker) => sum + worker.ran, 0)
  await Promise.all(workers.map(worker => worker.ready))
  await Promise.all(workers.map(worker => worker.start()))
  // With fewer jobs waiting than were asked for it would wait for ever.
  let before = 0
  const watchdog = setInterval(() => {
    if (ran() === before) throw new Error(`${peer.name}: no handler ran for a minute, after ${before} of ${jobs} jobs`)
    before = ran()
  }, 60_000)
  while (ran() < jobs) await Promise.race(workers.map(worker => worker.nextReport()))
  clearInterval(watchdog)

  // The clock stops at the store's last acknowledgement. What the store then says is asked after it, since counting a table that
  // was just emptied costs the peer time which no user of it would spend.
  const ends = (await Promise.all(workers.map(worker => worker.end()))).filter(end => end.first)
  const first = Math.min(...ends.map(end => end.first))
  const last = Math.max(...ends.map(end => end.settled))
  const unfinished = await peer.unfinished()
  if (ran() !== jobs || unfinished !== 0) {
    throw new Error(`${peer.name}: ${ran()} handlers ran for ${jobs} jobs and ${unfinished} jobs are unfinished`)
  }
  return { jobs, seconds: (last - first) / 1000 }
}

async function latency(peer, times) {
  let started
  const settle = await peer.work('latency', async () => started(now()))
  const answer = await startLatencies(peer, times, () => new Promise(resolve => { started = resolve }))
  await settle()
  return answer
}

async function latencyAcross(peer, times) {
  const worker = spawn('latency')
  await worker.ready
  await worker.start()
  const answer = await startLatencies(peer, times, () => worker.nextReport())
  await worker.end()
  return answer
}

async function startLatencies(peer, times, nextStart) {
  const producer = await peer.producer('latency')
  const latencies = []
  const warmUp = Math.min(Math.floor(times / 2), 100)
  for (let n = 0; n < warmUp + times; n++) {
    await sleep(20 + 40 * Math.random())
    const start = nextStart()
    const before = now()
    await producer.add(payload(n))
    const latency = await start - before
    if (n >= warmUp) latencies.push(latency)
  }
  await producer.close()
  latencies.sort((a, b) => a - b)
  const percentile = p => latencies[Math.ceil(p * times) - 1]
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) }
}

/** The parent's side of a worker process. */
function spawn(purpose) {
  const worker = fork(process.argv[1], [purpose], { stdio: ['ignore', 2, 2, 'ipc'] })
  const waiting = {}
  const next = event => new Promise(resolve => { waiting[event] = resolve })
  const ask = (request, event) => { worker.send(request); return next(event) }
  const exited = once(worker, 'exit')
  const side = {
    ran: 0,
    ready: next('ready'),
    start: () => ask('start', 'started'),
    nextReport: () => next('ran'),
    end: async () => {
      const answer = await ask('settle', 'settled')
      await exited
      return answer
    },
  }
  worker.on('message', ({ event, value, ran }) => {
    if (ran) side.ran = ran
    waiting[event]?.(value)
  })
  worker.on('exit', code => {
    if (code === 0) return
    console.error(`a worker process ended with ${code}`)
    process.exit(1)
  })
  return side
}

/** A worker process: says how many handlers have run, and when the last of them started. */
function child(peer) {
  const purpose = process.argv[2]
  let ran = 0, first, last, reporting, settle
  const report = () => { reporting = null; process.send({ event: 'ran', value: last, ran }) }
  const handler = async () => {
    last = now()
    first ??= last
    ran++
    // Every few milliseconds under load: a message a job would be a load of its own.
    if (purpose === 'latency') report()
    else reporting ??= setTimeout(report, 5)
  }
  process.on('message', async request => {
    if (request === 'start') {
      settle = await peer.work(purpose, handler)
      process.send({ event: 'started' })
    } else {
      await settle()
      process.send({ event: 'settled', value: { first, settled: now() }, ran }, () => process.exit(0))
    }
  })
  process.on('disconnect', () => process.exit(1))
  process.send({ event: 'ready' })
}

/** Exactly 200 bytes of JSON. */
function payload(n) {
  const empty = JSON.stringify({ n, pad: '' })
  return { n, pad: 'x'.repeat(200 - empty.length) }
}
