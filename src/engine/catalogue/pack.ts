import type { EventDefinition } from './event.ts'

/** A vertical of the product: its events so far; its routes, automations and jobs join here as the product grows them. */
export interface Pack {
  readonly name: string
  readonly events: readonly EventDefinition[]
}

export const definePack = (pack: Pack): Pack => pack
