import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { carillon } from '../client.ts'
import { sessionQuery } from '../queries.ts'

/** Who is signed in. Only below the shell: the router has read it before anything there is shown. */
export const useSession = () => useSuspenseQuery(sessionQuery).data
export const useOrganization = () => useSession().organization

export function useSignOut() {
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    await carillon.session.signOut()
    await navigate({ to: '/sign-in' })
    queryClient.clear()
  }
}
