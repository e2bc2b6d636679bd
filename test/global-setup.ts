import { startTestServer } from './database-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    testServerUrl: string
  }
}

/** One Postgres for the whole run, holding a migrated template that each test file clones. */
export default async function setup(project: { provide(key: 'testServerUrl', value: string): void }) {
  const server = await startTestServer()
  project.provide('testServerUrl', server.url)
  return server.stop
}
