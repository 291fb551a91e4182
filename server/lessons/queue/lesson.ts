import type { Lesson } from '../lesson.ts';

export default {
  group: 'sharing',
  order: 3,
  title: 'A queue between processes',
  shortTitle: 'A queue',
  settings: { modes: ['processes'], minSeconds: 1, maxSeconds: 5 },
  prediction: {
    question: 'In which order do the numbers arrive in main’s list?',
    choices: ['In the order the jobs were started', 'In the order the jobs ended', 'Smallest first'],
  },
  text: {
    lookFor: 'Each line between two rows is a message: it leads from the put to the get.',
    happened:
      'Processes share no memory, but they can send messages. Each child puts its process number into a queue, the number travels through a pipe, and main takes it out. First in, first out: what was put first comes out first. Main waits in get until something arrives. Its list has an entry of every job because main itself added them.',
    javascript:
      'Python has multiprocessing.Queue for this. Node sends messages over a channel (process.send, postMessage), and the receiver gets them as events; the queue here is built from such messages. A program could also join all jobs first, and then read until the queue says that it is empty. That can hang: a Python process that still has much to send does not end until someone reads it. And reading until the queue is empty before joining can miss messages that are still to come. It is safer to get as many as you expect and join afterwards, as this program does.',
    inRealWork:
      'Most large systems send instead of sharing: job queues, message brokers, mailboxes. What you send is copied, so nothing can change it behind your back; the copying is the price.',
  },
} satisfies Lesson;
