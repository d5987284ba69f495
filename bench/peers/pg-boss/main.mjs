// pg-boss, as its docs/api/workers.md has it for throughput: batchSize, so that 1,000 jobs are fetched, handled and completed
// together; burstWhenBatchFull, so that a full batch is followed by the next without a pause; localConcurrency 2, so that one batch
// runs while the other is fetched. Batches of 300, 500 and 2,000, one loop or four, two processes, a table of its own for the queue
// and orderByCreatedOn off, which gives up the order, could not be told apart from it on a machine busy with other work.
// For latency the same page's "Low-latency dispatch with LISTEN/NOTIFY": useListenNotify, and notify on the queue, which the queue
// for throughput leaves off as it would burden the inserts. Finished jobs are kept for 7 days, the default.
import pg from 'pg'
import { PgBoss } from 'pg-boss'
import { measure } from '../measure.mjs'

const connectionString = process.env.BENCH_POSTGRES
const settings = {
  throughput: { batchSize: 1000, burstWhenBatchFull: true, localConcurrency: 2, pollingIntervalSeconds: 0.5 },
  latency: {},
}

async function start(options) {
  const boss = new PgBoss({ connectionString, ...options })
  boss.on('error', error => console.error(error))
  await boss.start()
  return boss
}

await measure({
  name: 'pg-boss',

  async prepare() {
    const boss = await start()
    await boss.createQueue('throughput')
    await boss.createQueue('latency', { notify: true })
    await boss.stop()
  },

  async producer(purpose) {
    // The worker's instance supervises; one that only sends need not.
    const boss = await start({ max: 1, supervise: false, schedule: false, migrate: false })
    return {
      add: payload => boss.send(purpose, payload),
      addBulk: payloads => boss.insert(purpose, payloads.map(data => ({ data }))),
      close: () => boss.stop(),
    }
  },

  async work(purpose, handler) {
    const boss = await start({ useListenNotify: purpose === 'latency' })
    await boss.work(purpose, settings[purpose], jobs => Promise.all(jobs.map(handler)))
    // Waits for the batches that are under way, their completion included.
    return () => boss.offWork(purpose, { wait: true })
  },

  async unfinished() {
    const client = new pg.Client({ connectionString })
    await client.connect()
    const { rows } = await client.query(
      "select count(*)::int as jobs from pgboss.job where name = 'throughput' and state <> 'completed'")
    await client.end()
    return rows[0].jobs
  },
})
