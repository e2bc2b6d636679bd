import { CarillonError } from '@carillon/client'
import { QueryCache, QueryClient } from '@tanstack/react-query'

/** `onSignedOut` is called when the server no longer knows who is asking. */
export const createQueryClient = (onSignedOut: () => void) =>
  new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { queryKey }) => {
        if (error instanceof CarillonError && error.status === 401 && queryKey[0] !== 'session') onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        // The socket says what changed; nothing is asked for again just because time passed.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        // The client repeats what may be repeated.
        retry: false,
      },
    },
  })
