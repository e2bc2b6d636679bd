import type { Pack } from '../engine/packs/pack.ts'
import { appointmentsPack } from './appointments/events.ts'
import { bookingsPack } from './bookings/pack.ts'
import { caseworkPack } from './casework/events.ts'
import { enginePack } from './engine/events.ts'
import { platformPack } from './platform/events.ts'
import { shopPack } from './shop/events.ts'

/** Every pack the product ships with. */
export const packs: readonly Pack[] = [enginePack, appointmentsPack, bookingsPack, shopPack, caseworkPack, platformPack]
