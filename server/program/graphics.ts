/** Takes graphics drivers away from this thread, before a program is loaded: no permission does, and only Deno reaches them. */

Reflect.deleteProperty(Object.getPrototypeOf(navigator), 'gpu');
