/** Longest path of a Unix socket, in bytes, on all systems. */
export const LONGEST_SOCKET = 100;
