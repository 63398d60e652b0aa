// The archive as the build made it (archive_compiler), mapped with the program.
        .section .rodata
        .balign 16
        .global handoff_archive_begin
        .global handoff_archive_end
handoff_archive_begin:
        .incbin HANDOFF_ARCHIVE
handoff_archive_end:
        .byte 0
        .section .note.GNU-stack, "", %progbits
