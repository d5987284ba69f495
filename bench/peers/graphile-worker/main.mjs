// graphile-worker, as its documentation has it for throughput: worker.graphile.org/docs/performance, "Batching" and "perfTest
// results", with 24 concurrent jobs, a local queue, and completions batched without a delay. The local queue holds 1,000 jobs where
// the page has 500: with 24 concurrent jobs that was faster in three comparisons of three. Against it, 2,000, 10 concurrent jobs and
// two processes were now faster and now slower, on a machine busy with other work.
// For latency there is no local queue and no batching: docs/config warns that a local queue may delay a job, and with either a short
// trial showed no gain. Finished jobs are deleted; it has no other way.
import { Logger, makeWorkerUtils, run, runMigrations } from 'graphile-worker'
import pg from 'pg'
import { measure } from '../measure.mjs'

const connectionString = process.env.BENCH_POSTGRES
const logger = new Logger(() => (level, message) => {
  if (level === 'error' || level === 'warning') console.error(message)
})
const settings = {
  throughput: { localQueue: { size: 1000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
  latency: { localQueue: { size: -1 }, completeJobBatchDelay: -1, failJobBatchDelay: -1 },
}

await measure({
  name: 'graphile-worker',

  prepare: () => runMigrations({ connectionString, logger }),

  async producer() {
    const utils = await makeWorkerUtils({ connectionString, logger })
    return {
      add: payload => utils.addJob('bench', payload),
      addBulk: payloads => utils.addJobs(payloads.map(payload => ({ identifier: 'bench', payload }))),
      close: () => utils.release(),
    }
  },

  async work(purpose, handler) {
    const runner = await run({
      taskList: { bench: handler },
      logger,
      noHandleSignals: true,
      preset: { worker: { connectionString, concurrentJobs: 24, maxPoolSize: 26, ...settings[purpose] } },
    })
    // A graceful stop waits for the batch of completions that is under way.
    return () => runner.stop()
  },

  async unfinished() {
    const client = new pg.Client({ connectionString })
    await client.connect()
    const { rows } = await client.query('select count(*)::int as jobs from graphile_worker._private_jobs')
    await client.end()
    return rows[0].jobs
  },
})
