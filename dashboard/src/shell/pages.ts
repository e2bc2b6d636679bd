import type { Session } from '@carillon/client'
import {
  IconAddressBook,
  IconAlertTriangle,
  IconBellRinging,
  IconBuildingBroadcastTower,
  IconBuildings,
  IconCalendarEvent,
  IconClockPlay,
  IconFlask,
  IconHome,
  IconListCheck,
  IconMailForward,
  IconSend,
  IconTemplate,
  IconUsers,
} from '@tabler/icons-react'

type Permission = Session['permissions'][number]
const needs = (...permissions: readonly Permission[]) => permissions

/** In the order they are shown, each with what a member needs to use it. `also`: what is reached from it. A page is listed once it exists. */
export const PAGES = [
  { to: '/', name: 'overview', icon: IconHome, exact: true, needs: needs('messages.read', 'statistics.read') },
  { to: '/messages', name: 'messages', icon: IconSend, exact: false, needs: needs('messages.read') },
  { to: '/reminders', name: 'reminders', icon: IconBellRinging, exact: false, needs: needs('messages.read') },
  { to: '/failed', name: 'failed', icon: IconAlertTriangle, exact: false, needs: needs('messages.read') },
  {
    to: '/contacts',
    name: 'contacts',
    icon: IconAddressBook,
    exact: false,
    also: '/suppressions',
    needs: needs('contacts.read'),
  },
  {
    to: '/campaigns',
    name: 'campaigns',
    icon: IconMailForward,
    exact: false,
    also: '/segments',
    needs: needs('campaigns.read'),
  },
  { to: '/bookings', name: 'bookings', icon: IconCalendarEvent, exact: false, needs: needs('bookings.read') },
  {
    to: '/templates',
    name: 'templates',
    icon: IconTemplate,
    exact: false,
    also: '/catalogue',
    needs: needs('settings.read', 'messages.read'),
  },
  { to: '/automations', name: 'automations', icon: IconClockPlay, exact: false, needs: needs('settings.read') },
  {
    to: '/providers',
    name: 'providers',
    icon: IconBuildingBroadcastTower,
    exact: false,
    needs: needs('settings.read'),
  },
  { to: '/team', name: 'team', icon: IconUsers, exact: false, needs: needs('members.read') },
  { to: '/audit', name: 'audit', icon: IconListCheck, exact: false, needs: needs('audit.read') },
  { to: '/sandbox', name: 'sandbox', icon: IconFlask, exact: false, needs: needs('messages.read') },
  { to: '/platform', name: 'platform', icon: IconBuildings, exact: false, needs: 'platform' },
] as const

/** The pages a member may use, in this organization. */
export const pagesFor = ({ permissions, platformAdmin }: Pick<Session, 'permissions' | 'platformAdmin'>) =>
  PAGES.filter(({ needs }) =>
    needs === 'platform' ? platformAdmin : needs.every((permission) => permissions.includes(permission)),
  )
