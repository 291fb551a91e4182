/** What the editor says where it has asked the server for a program in vain. */
export const UNREACHABLE = 'The server cannot be reached. Try again.';
