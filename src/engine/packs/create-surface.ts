import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Crypto } from '../../platform/crypto.ts'
import { againAfterDeadlock, type Database, isDeadlock, runWithin, type Tx } from '../../platform/database/database.ts'
import { sendPage } from '../../platform/http/hosted-page.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Runs } from '../automations/runs.ts'
import type { Contact, ContactRef } from '../contacts/contact.ts'
import { fillPhone, resolveContacts } from '../contacts/resolve.ts'
import { sendUnknownLink } from '../links/unknown-link.ts'
import type { Events } from '../messages/events.ts'
import { recipient } from '../messages/prepare.ts'
import type { NotificationRequest } from '../messages/request.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { admit } from '../organizations/need.ts'
import type { Organization } from '../organizations/organization.ts'
import { PERMISSIONS } from '../organizations/permissions.ts'
import { organizationPage } from '../preferences/page.ts'
import type { Reminders } from '../reminders/reminders.ts'
import type { PackSurface, Within } from './surface.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'read' | 'run' | 'engine'>
  readonly clock: Clock
  readonly publicUrl: string
  readonly crypto: Pick<Crypto, 'sign' | 'verify' | 'seal' | 'open' | 'stamp'>
  readonly storage: Storage
  readonly organization: (id: string) => Promise<Organization>
  readonly auth: Pick<Authentication, 'guard' | 'callerOf'>
  readonly events: Pick<Events, 'raiseWithin'>
  readonly reminders: Pick<Reminders, 'planWithin' | 'cancelWithin'>
  readonly runs: Pick<Runs, 'startWithin' | 'startApartWithin' | 'offer'>
  readonly callBack: PackSurface['callBack']
  readonly vendorSettings: PackSurface['vendorSettings']
  readonly isRehearsal: PackSurface['isRehearsal']
  readonly geocode: PackSurface['geocode']
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  readonly onError: PackSurface['onError']
}

/** Whom a reference names, and what it says. */
interface Known {
  readonly contact: Contact
  readonly ref: ContactRef
}

/** What packs are given. `runs` and the like may be made later: nothing is asked of them before the first request. */
export function createSurface(deps: Deps): PackSurface {
  const { db, clock, crypto, auth, events, reminders } = deps

  return {
    clock,
    publicUrl: deps.publicUrl,
    onError: deps.onError,
    organization: deps.organization,
    db,
    transaction,
    links: {
      sign: (purpose, payload, expiresAt) => crypto.sign(`pack/${purpose}`, payload, expiresAt),
      read: (purpose, token) => crypto.verify(`pack/${purpose}`, token, clock.now()),
    },
    secrets: crypto,
    storage: deps.storage,
    guard: (permission, act) =>
      Object.assign(auth.guard({ scope: PERMISSIONS[permission].scope, permission }), { act }),
    demand: (request, permission) =>
      admit(auth.callerOf(request), { scope: PERMISSIONS[permission].scope, permission }),
    visitors: (why) => Object.assign(auth.guard('anyone'), { act: { kind: 'none', why } as const }),
    callerOf: (request) => auth.callerOf(request),
    page: (reply, status, page) => sendPage(reply, status, organizationPage(page)),
    unknownLink: sendUnknownLink,
    callBack: deps.callBack,
    vendorSettings: deps.vendorSettings,
    isRehearsal: deps.isRehearsal,
    geocode: deps.geocode,
  }

  async function transaction<T>(organizationId: string, work: (within: Within) => Promise<T>): Promise<T> {
    const { result, due } = await againAfterDeadlock(async () => {
      const due: Parameters<Runs['offer']>[0][] = []
      return { result: await db.engine.transaction().execute((tx) => work(within(tx, organizationId, due))), due }
    })
    deps.nudge()
    deps.changed(organizationId)
    for (const run of due) void deps.runs.offer(run)
    return result
  }

  function within(tx: Tx, organizationId: string, due: Parameters<Runs['offer']>[0][]): Within {
    const run = runWithin(tx)
    return {
      tx,
      raise: async (event) => (await events.raiseWithin(tx, organizationId, [event]))[0]!,
      raiseAll: (all) => events.raiseWithin(tx, organizationId, all),
      async contact(to) {
        const [one] = await known([to])
        if (one instanceof AppError) throw one
        return one!.contact
      },
      contacts: async (all) => (await known(all)).map((one) => (one instanceof AppError ? one : one.contact)),
      async customers(all) {
        const customers: Awaited<ReturnType<Within['customers']>> = []
        for (const one of await known(all)) customers.push(one instanceof AppError ? one : await asCustomer(one))
        return customers
      },
      plan: (plan) => reminders.planWithin(tx, organizationId, [plan]),
      planAll: (plans) => reminders.planWithin(tx, organizationId, plans),
      unplan: async (subject) => {
        await reminders.cancelWithin(tx, organizationId, subject).catch((error: unknown) => {
          if (!(error instanceof AppError) || error.code !== 'not_found') throw error
        })
      },
      async start({ subjectId, at, ...job }) {
        const which = subjectId === undefined ? ({ apart: true } as const) : { subjectId }
        const run = await deps.runs.startWithin(tx, organizationId, { ...job, ...which, ...(at && { at }) })
        if (!at || at <= clock.now()) due.push(run)
        return run.id
      },
      async startAll(jobs) {
        const ids = await deps.runs.startApartWithin(tx, organizationId, jobs)
        for (const [index, { name, at }] of jobs.entries())
          if (!at || at <= clock.now()) due.push({ id: ids[index]!, name })
        return ids
      },
      async apart(part) {
        await run('packs.savepoint', 'savepoint part', [])
        try {
          await part()
          await run('packs.release', 'release savepoint part', [])
          return undefined
        } catch (error) {
          await run('packs.back', 'rollback to savepoint part', [])
          // Nothing of this transaction is there any more.
          if (isDeadlock(error)) throw error
          return error instanceof Error ? error : new Error(String(error))
        }
      },
    }

    async function known(all: readonly NotificationRequest['to'][]): Promise<(Known | AppError)[]> {
      const { country } = await deps.organization(organizationId)
      const refs = all.map((to) => {
        try {
          return recipient(to, country)
        } catch (error) {
          if (error instanceof AppError) return error
          throw error
        }
      })
      const lookups = refs.flatMap((ref) => (ref instanceof AppError ? [] : [{ organizationId, ref }]))
      const found = await resolveContacts(run, lookups, clock)
      let next = 0
      return refs.map((ref, index) => {
        if (ref instanceof AppError) return ref
        const { contactId, externalId } = all[index]!
        const contact = found[next++]
        return contact ? { contact, ref } : notFound('Contact', contactId ?? externalId ?? '')
      })
    }

    async function asCustomer({ contact, ref }: Known) {
      const phone = 'phone' in ref ? ref.phone : undefined
      if (phone === undefined || phone === contact.phone) return { contact, phone: undefined }
      const isTheirs = contact.phone === null && (await fillPhone(run, contact.id, phone, clock.now()))
      return isTheirs ? { contact: { ...contact, phone }, phone: undefined } : { contact, phone }
    }
  }
}
