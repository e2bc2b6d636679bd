import { runPinned } from './pinned-node.mjs'

/** `node scripts/run.mjs file.ts …`: runs a file of this repository on the pinned Node. */
process.exitCode = await runPinned(process.argv.slice(2))
