import type { Pack } from '../engine/catalogue/pack.ts'
import { enginePack } from './engine/events.ts'

/** Every pack the product ships with. */
export const packs: readonly Pack[] = [enginePack]
