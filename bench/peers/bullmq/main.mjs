// BullMQ on Redis, as docs.bullmq.io has it: guide/parallelism-and-concurrency calls a concurrency of 100 to 300 standard where
// jobs wait for I/O, and a job that does nothing still waits for Redis; guide/workers/auto-removal-of-jobs has removeOnComplete
// { count: 0 } as the simplest removal, and it took Redis less CPU than keeping 1,000. 50 to 300 concurrent jobs and two processes
// could not be told apart from it on a machine busy with other work.
// guide/going-to-production asks of Redis an append-only file synced every second and maxmemory-policy noeviction, so what it has
// acknowledged may be lost for a second, where PostgreSQL's is not.
// For latency a worker as it comes: it waits for the next job in a blocking call.
import { Queue, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { measure } from '../measure.mjs'

// A worker may not give a command up: guide/going-to-production, "maxRetriesPerRequest".
const connect = () => new Redis(process.env.BENCH_REDIS, { maxRetriesPerRequest: null })
const settings = {
  throughput: { concurrency: 200 },
  latency: {},
}

await measure({
  name: 'BullMQ',

  // A queue exists from its first job on.
  async prepare() {},

  async producer(purpose) {
    const connection = connect()
    const queue = new Queue(purpose, { connection })
    await queue.waitUntilReady()
    return {
      add: payload => queue.add('bench', payload),
      addBulk: payloads => queue.addBulk(payloads.map(data => ({ name: 'bench', data }))),
      close: async () => { await queue.close(); connection.disconnect() },
    }
  },

  async work(purpose, handler) {
    const worker = new Worker(purpose, handler, { connection: connect(), removeOnComplete: { count: 0 }, ...settings[purpose] })
    worker.on('error', error => console.error(error))
    await worker.waitUntilReady()
    // Waits for the jobs that are under way, their completion included.
    return () => worker.close()
  },

  async unfinished() {
    const connection = connect()
    const queue = new Queue('throughput', { connection })
    const counts = await queue.getJobCounts()
    await queue.close()
    connection.disconnect()
    return Object.values(counts).reduce((sum, jobs) => sum + jobs, 0)
  },
})
