/** How long each child may take to end by itself when all of them are stopped; then it is ended by force. */
export const CHILDREN_GRACE_MS = 5_000
