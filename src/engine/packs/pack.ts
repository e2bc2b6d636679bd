import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Automation } from '../automations/automation.ts'
import type { EventSource } from '../catalogue/event-source.ts'
import type { VendorEvent, Webhook } from '../channels/report.ts'
import type { Holdings } from '../privacy/holdings.ts'
import type { PackSurface } from './surface.ts'

/**
 * A vertical of the product, and all there is to say about one: its events, and what it does with what the engine gives it.
 * The packs of the product use nothing else, so a host can write its own (docs/packs.md).
 */
export interface Pack extends EventSource {
  /** Called once when the process starts, in every role; must do nothing but build. */
  readonly open?: (surface: PackSurface) => PackParts
}

/** What a pack adds to the product. Every part is optional. */
export interface PackParts {
  /** Under `/v1`; every route names its guard (`surface.guard`). */
  readonly routes?: FastifyPluginAsyncZod
  /** At the root: pages for people without an account (`surface.visitors`). */
  readonly pages?: FastifyPluginAsyncZod
  /** What runs by itself, or when a member asks. */
  readonly automations?: readonly Automation[]
  /** Work that the pack itself starts (`work.start`): rows that are due, retried, and worked off by any worker. */
  readonly jobs?: readonly Automation[]
  /** Vendors that call `/webhooks/{provider}/:accountId`. */
  readonly webhooks?: readonly PackWebhook[]
  /** What the pack's tables hold about contacts. */
  readonly holdings?: Holdings
  /** Files that it makes when they are first read. */
  readonly files?: PackFiles
  /** Lets go of what it keeps: threads, connections. Nothing is asked of it afterwards. */
  readonly close?: () => Promise<void>
  /** What the demo organization has of it, so that it can be tried at once. Called at every start: adds what is not there. */
  readonly sample?: (organizationId: string) => Promise<void>
}

/** A vendor's event, verified and kept, with whose account it came for. */
export interface ArrivedEvent extends VendorEvent {
  readonly provider: string
  readonly accountId: string
  readonly receivedAt: Date
}

export interface PackWebhook {
  /** The first part of the address; unlike any other provider's. */
  readonly provider: string
  /** Where an account is called back; undefined when there is no such account. Asks nobody: what it needs is read in `receive`. */
  webhookOf(accountId: string): Webhook | undefined
  /**
   * Works events off, in a worker. The same one may come again, and several in any order. What throws is offered again with
   * all that came along, less and less often and never given up: those who operate the platform hear of it.
   */
  take(events: readonly ArrivedEvent[]): Promise<void>
}

/**
 * Files that are made when somebody first reads them: a message may carry one (`later`) that is not there yet, and one that
 * was lost is made again.
 */
export interface PackFiles {
  /** The part of their keys after the organization's id: `{organization}/{folder}/…`. Below `documents/`, so that messages may carry them. */
  readonly folder: string
  /**
   * The same key gives the same bytes: two workers may make one at once. Undefined: it can never be made, and what carries it
   * leaves without. What throws is tried again with its message.
   */
  make(organizationId: string, key: string): Promise<Uint8Array | undefined>
  /** Asked once it was written: what it is made of may have been erased meanwhile, and the file goes again then. */
  isWanted?(organizationId: string, key: string): Promise<boolean>
}

export const definePack = (pack: Pack): Pack => pack
