import { afterEach, describe, expect, test } from 'vitest'
import type { Channel } from '../channels/channel.ts'
import type { OutboundOf } from '../channels/outbound.ts'
import type { SendResult } from '../channels/send-result.ts'
import type { Connection } from './provider.ts'

/** A connection to a pretended vendor that behaves in one way, and the message to send there. */
export interface Scene<C extends Channel> {
  readonly connection: Connection<C>
  readonly message: OutboundOf<C>
  /** Takes the pretended vendor down. */
  stop(): Promise<void>
}

type MakeScene<C extends Channel> = () => Promise<Scene<C>>

/** What each provider shows the contract, on the wire. */
export interface Scenes<C extends Channel> {
  /** Takes the message; `providerMessageId` is the id it gives it. */
  readonly accepts: MakeScene<C>
  readonly providerMessageId: string | RegExp
  readonly isOverloaded: MakeScene<C>
  readonly knowsNoSuchAddress: MakeScene<C>
  readonly refusesTheCredentials: MakeScene<C>
  /** Takes everything and says nothing; the account's time limit is short. */
  readonly neverAnswers: MakeScene<C>
  readonly diesAfterTheLastByte: MakeScene<C>
  /** Nobody is there. */
  readonly isGone: MakeScene<C>
}

/** Every provider passes these; its own test file adds what is particular to its vendor. */
export function providerContract<C extends Channel>(name: string, scenes: Scenes<C>): void {
  describe(`${name} keeps the provider contract`, () => {
    const open: Scene<C>[] = []
    afterEach(async () => {
      for (const scene of open.splice(0)) {
        await scene.connection.close()
        await scene.stop()
      }
    })

    const send = async (make: MakeScene<C>): Promise<SendResult> => {
      const scene = await make()
      open.push(scene)
      const result = await scene.connection.send(scene.message)
      if (result.outcome !== 'sent') expectNothingPrivate(result, scene.message)
      return result
    }

    test('an accepted message keeps the id the vendor gave it', async () => {
      const result = await send(scenes.accepts)
      expect(result.outcome).toBe('sent')
      const id = result.outcome === 'sent' ? result.providerMessageId : ''
      if (typeof scenes.providerMessageId === 'string') expect(id).toBe(scenes.providerMessageId)
      else expect(id).toMatch(scenes.providerMessageId)
    })

    test('an overloaded vendor is tried again', async () => {
      expect(await send(scenes.isOverloaded)).toMatchObject({
        outcome: 'refused',
        class: expect.stringMatching(/^retry(_later)?$/),
      })
    })

    test('an address the vendor does not know is final', async () => {
      expect(await send(scenes.knowsNoSuchAddress)).toMatchObject({
        outcome: 'refused',
        class: expect.stringMatching(/^(permanent|suppress)$/),
      })
    })

    test('refused credentials wait for an operator', async () => {
      expect(await send(scenes.refusesTheCredentials)).toMatchObject({ outcome: 'refused', class: 'configuration' })
    })

    test('a vendor that never answers does not hold the message', async () => {
      const result = await send(scenes.neverAnswers)
      if (result.outcome === 'refused') expect(result.class).toMatch(/^retry(_later)?$/)
      else expect(result.outcome).toBe('uncertain')
    })

    test('a vendor that dies after the last byte leaves the outcome uncertain', async () => {
      expect(await send(scenes.diesAfterTheLastByte)).toMatchObject({ outcome: 'uncertain' })
    })

    test('a vendor that is not there is tried again', async () => {
      expect(await send(scenes.isGone)).toMatchObject({
        outcome: 'refused',
        class: expect.stringMatching(/^retry(_later)?$/),
      })
    })

    test('closing ends while a message is on its way, and that message gets its result', async () => {
      const scene = await scenes.accepts()
      open.push(scene)
      const sending = scene.connection.send(scene.message)
      await scene.connection.close()
      expect((await sending).outcome).toMatch(/^(sent|refused)$/)
    })

    test('a closed connection refuses for now and does not throw', async () => {
      const scene = await scenes.accepts()
      open.push(scene)
      await scene.connection.close()
      expect(await scene.connection.send(scene.message)).toMatchObject({ outcome: 'refused', class: 'retry' })
    })
  })
}

/** What is stored and shown must not carry the address or the content: logs and support see it. */
function expectNothingPrivate(result: { code: string; detail: string }, message: OutboundOf<Channel>) {
  const shown = `${result.code} ${result.detail}`.toLowerCase()
  const content = message.content
  const secrets = [message.to, message.to.split('@')[0]!, ...('subject' in content ? [content.subject] : [])]
  for (const secret of secrets) expect(shown).not.toContain(secret.toLowerCase())
  expect(result.code).not.toBe('')
  expect(result.detail).not.toBe('')
}
