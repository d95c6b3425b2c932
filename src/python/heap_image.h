// The heap of a warm interpreter, turned from memory into a file that is mapped.
//
// A fork copies the page table entry of every page of anonymous memory, and the copy's end takes
// every one of them back: with some eighty megabytes of Python objects that is several milliseconds
// at either end, of which a short run uses next to nothing. Pages of a file that is mapped
// privately have no entries until they are touched, and the kernel does not copy those of a mapping
// that nobody has written to. So once all is loaded, the heap is written to a nameless file in /tmp
// and that file is mapped over it, at the same addresses. What a copy reads is then mapped sixteen
// pages at a time, what it writes is copied page by page as before, and the rest costs nothing.
//
// For this to be worth much, all objects must lie in one heap: the C library's, below the program
// break, without mappings of its own, and Python's arenas inside it.
#pragma once

#include "base/error.h"

namespace tabletalk::python {

/// Makes the C library and Python allocate from one heap. Before the interpreter starts, and before
/// there is a second thread.
void UseOneHeap();

/// After all is loaded, in a process of one thread. Takes some time per megabyte, and as much room
/// in /tmp as the heap is large. On an error nothing has changed.
base::Result<void> MapHeapFromFile();

}  // namespace tabletalk::python
