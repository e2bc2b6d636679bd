import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { carillon } from '../client.ts'
import { toastProblem } from '../parts/problem.tsx'
import { sessionQuery } from '../queries.ts'

/** Who is signed in. Only below the shell: the router has read it before anything there is shown. */
export const useSession = () => useSuspenseQuery(sessionQuery).data
export const useOrganization = () => useSession().organization

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
