// The R4 definitions as the build made them (definitions_compiler), mapped with the program.
        .section .rodata
        .balign 16
        .global handoff_definitions_begin
        .global handoff_definitions_end
handoff_definitions_begin:
        .incbin HANDOFF_DEFINITIONS
handoff_definitions_end:
        .byte 0
        .section .note.GNU-stack, "", %progbits
