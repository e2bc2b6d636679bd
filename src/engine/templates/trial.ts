import { createHash } from 'node:crypto'
import type { CompiledSource } from './compiled.ts'
import type { NewVersion } from './store.ts'

/** What the words of every test message begin with, where its reader looks first. */
const TEST_MARK = '[Test] '

/** The same version, saying that it is a test. */
export const asTrial = (version: NewVersion): NewVersion => ({
  ...version,
  compiled: marked(version.compiled),
  contentHash: createHash('sha256').update(`${TEST_MARK}${version.contentHash}`).digest('hex'),
})

function marked(compiled: CompiledSource): CompiledSource {
  switch (compiled.channel) {
    case 'email':
      return { ...compiled, subject: TEST_MARK + compiled.subject }
    case 'in_app':
      return { ...compiled, title: TEST_MARK + compiled.title }
    case 'sms':
    case 'whatsapp':
      return { ...compiled, text: TEST_MARK + compiled.text }
  }
}
