import type { Session } from '@carillon/client'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate, useRouter } from '@tanstack/react-router'
import { carillon } from '../client.ts'
import { toastProblem } from '../parts/problem.tsx'
import { sessionQuery } from './queries.ts'

/** Who is signed in. Only below the shell: the router has read it before anything there is shown. */
export const useSession = () => useSuspenseQuery(sessionQuery).data
export const useOrganization = () => useSession().organization

/** Asks whether the member may do something here. */
export function useMay() {
  const { permissions } = useSession()
  return (permission: Session['permissions'][number]) => permissions.includes(permission)
}

/** Works in another organization from now on. Everything is read anew: nothing of the former may stay on a page. */
export function useChooseOrganization() {
  return async (organizationId: string) => {
    try {
      await carillon.session.chooseOrganization(organizationId)
    } catch (error) {
      return toastProblem(error)
    }
    location.assign('/')
  }
}

/** What the sign-in page says to whoever is led there. */
export const SAID = [
  'password_reset',
  'company_unknown',
  'company_unverified',
  'company_again',
  'company_away',
] as const
export type Said = (typeof SAID)[number]

/** Goes in, after a sign-in: to where they were going, if that is a path of this site; an address bar can say anything. */
export function useArrive() {
  const queryClient = useQueryClient()
  const router = useRouter()
  return async (next: string | undefined) => {
    queryClient.clear()
    // The board of queues is no page of ours.
    if (next?.startsWith('/ops/')) return location.assign(next)
    await router.navigate({ href: next?.startsWith('/') && !/^\/[/\\]/.test(next) ? next : '/' })
  }
}

export function useSignOut() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    try {
      await carillon.session.signOut()
    } catch (error) {
      return toastProblem(error)
    }
    await navigate({ to: '/sign-in' })
    queryClient.clear()
  }
}
